"""Properties are about results, not about how long a busy machine takes for one of them."""

from hypothesis import settings

settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")
