"""全電源算定, handed on under one name: one fiscal year of all resources at once, in memory or from a folder of files."""

from calc_core.fleet.assessing import assess as assess
from calc_core.fleet.month import FleetMonth as FleetMonth
from calc_core.fleet.month import FleetResult as FleetResult
from calc_core.fleet.resource import FleetResource as FleetResource
from calc_core.fleet.resource import FleetSlots as FleetSlots
