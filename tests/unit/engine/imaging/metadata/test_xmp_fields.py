from __future__ import annotations

from fractions import Fraction

import pytest

from engine.imaging.metadata.xmp_fields import (
    decimal_text,
    fields_of,
    fraction_of,
    number_of,
    set_plain,
    split_name,
    texts_of,
)
from tests.helpers.xmp_packets import GPANO, TIFF, packet_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4.0),
        ("-2.5", -2.5),
        ("1e3", 1000.0),
        (" 7 ", 7.0),
        ("999999999", 999_999_999.0),
        ("1e9", None),
        ("-1e9", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
        ("six", None),
    ],
)
def test_a_number_is_finite_and_below_a_billion(text: str | None, number: float | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("240", Fraction(240)),
        (" 240 ", Fraction(240)),
        ("2.5", Fraction(5, 2)),
        ("720000/10000", Fraction(72)),
        ("2.5/5", Fraction(1, 2)),
        ("0", None),
        ("0/5", None),
        ("5/0", None),
        ("-5", None),
        ("1e9", None),
        ("12345678901", None),
        ("1/2/3", None),
        ("", None),
        (None, None),
    ],
)
def test_a_fraction_is_positive_and_written_without_exponent(
    text: str | None, value: Fraction | None
) -> None:
    assert fraction_of(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (0.5, "0.5"), (0.0, "0"), (1 / 3, "0.333333"), (10.0, "10"), (2e-7, "0")],
)
def test_a_decimal_has_no_trailing_zeros(value: float, text: str) -> None:
    assert decimal_text(value) == text


def test_a_name_is_split_into_namespace_and_local_part() -> None:
    assert split_name("{http://a/b#}local") == ("http://a/b#", "local")
    assert split_name("local") == ("", "local")


def test_fields_are_found_as_attributes_and_as_elements_at_any_depth() -> None:
    packet = packet_of(
        "",
        '<ext:Outer rdf:parseType="Resource"><ext:Inner GPano:PoseRollDegrees="1">'
        "<GPano:PoseRollDegrees>2</GPano:PoseRollDegrees></ext:Inner></ext:Outer>",
    )
    (slot,) = list(packet.properties)

    found = fields_of(slot.child, GPANO, "PoseRollDegrees")

    assert texts_of(slot.child, GPANO, "PoseRollDegrees") == ["1", "2"]
    assert [field.child is None for field in found] == [True, False]
    assert fields_of(slot.child, TIFF, "PoseRollDegrees") == []


def test_only_properties_that_a_packet_has_are_set() -> None:
    packet = packet_of('tiff:Make="A"')

    set_plain(packet, TIFF, {"Make": "B", "Model": "C"})

    assert packet.value(TIFF, "Make") == "B"
    assert packet.value(TIFF, "Model") is None
