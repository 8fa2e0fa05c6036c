"""The shared contract: kinds, vocabularies, validation, and what a catalogue needs of a record.

Pure: it reads ``schemas/`` once and knows no database, socket, clock or Flask. A kind is data;
adding one means adding files, not code.
"""

from node.contract.describing import Description, make_fallback
from node.contract.faults import Fault
from node.contract.fields import Field, Kind, Section
from node.contract.gathering import UNDETERMINED, Link
from node.contract.languages import (
    LangMap,
    country_name,
    currency_name,
    in_words,
    is_rtl,
    language_name,
    native_name,
    pick,
    region_name,
    text_in,
)
from node.contract.registry import Contract, LabelRow, load_contract
from node.contract.sources import ContractError, schemas_path
from node.contract.vocabularies import Concept, Vocabulary

__all__ = [
    "UNDETERMINED",
    "Concept",
    "Contract",
    "ContractError",
    "Description",
    "Fault",
    "Field",
    "Kind",
    "LabelRow",
    "LangMap",
    "Link",
    "Section",
    "Vocabulary",
    "country_name",
    "currency_name",
    "in_words",
    "is_rtl",
    "language_name",
    "load_contract",
    "make_fallback",
    "native_name",
    "pick",
    "region_name",
    "schemas_path",
    "text_in",
]
