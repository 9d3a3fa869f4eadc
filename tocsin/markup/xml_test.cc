// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/xml.h"

#include <gtest/gtest.h>

namespace tocsin::markup {
namespace {

class Recorder final : public XmlSink {
 public:
  void open(const XmlElement& element) override {
    record.append("<").append(element.name);
    if (element.space != Namespace::kNone) {
      record += '@' + std::to_string(static_cast<int>(element.space));
    }
    for (const auto& attribute : element.attributes) {
      record.append(" ").append(attribute.name).append("=").append(attribute.value);
    }
    record += '>';
  }
  void text(std::string_view text, bool) override { record += text; }
  void close() override { record += "</>"; }
  bool is_done() const override { return record.find("<stop") != std::string::npos; }

  std::string record;
};

struct Reading {
  std::string record;
  std::vector<std::string> warnings;
};

Reading read(std::string_view text) {
  Recorder recorder;
  Warnings warnings;
  const auto status = read_xml(text, recorder, warnings);
  if (!status) return {"error", {}};
  return {recorder.record, warnings.take()};
}

void expect_mended(std::string_view text, std::string_view record, std::string_view warning) {
  const auto reading = read(text);
  EXPECT_EQ(reading.record, record) << text;
  EXPECT_EQ(reading.warnings, std::vector<std::string>{std::string(warning)}) << text;
}

void expect_well_formed(std::string_view text, std::string_view record) {
  const auto reading = read(text);
  EXPECT_EQ(reading.record, record) << text;
  EXPECT_TRUE(reading.warnings.empty()) << text;
}

TEST(Xml, ReadsWhatIsWellFormed) {
  expect_well_formed("<a><b c='d' e=\"f\">g</b><h/></a>", "<a><b c=d e=f>g</><h></></>");
  expect_well_formed("<?xml version='1.0'?>\n<!-- x --><a>1<!-- > -->2<?x > ?>3</a>\n",
                     "<a>123</>");
  expect_well_formed("<a><![CDATA[<b>&amp;]]></a>", "<a><b>&amp;</>");
  expect_well_formed("<a b='&lt;&#65;&#x42;&apos;'>&gt;&quot;&amp;</a>", "<a b=<AB'>>\"&</>");
  expect_well_formed("<a b = 'c'\n></a >", "<a b=c></>");
  expect_well_formed("<!DOCTYPE a SYSTEM 'x>y' [ <!ELEMENT a (b) > ]><a/>", "<a></>");
  expect_well_formed("<a b='x\ny\tz'/>", "<a b=x y z></>");  // XML 1.0, section 3.3.3
}

TEST(Xml, KnowsNamespacesBySpellingAndScope) {
  const std::string atom = '@' + std::to_string(static_cast<int>(Namespace::kAtom10));
  const std::string unknown = '@' + std::to_string(static_cast<int>(Namespace::kUnknown));
  expect_well_formed("<a xmlns='http://www.w3.org/2005/Atom'><b/></a>",
                     "<a" + atom + "><b" + atom + "></></>");
  expect_well_formed("<a xmlns:p='http://www.w3.org/2005/Atom'><p:b/><c/></a>",
                     "<a><b" + atom + "></><c></></>");
  expect_well_formed("<a xmlns:p='urn:x'><p:b xmlns:p='http://www.w3.org/2005/Atom'/><p:c/></a>",
                     "<a><b" + atom + "></><c" + unknown + "></></>");
  expect_well_formed("<a xmlns='http://www.w3.org/2005/Atom'><b xmlns=''/></a>",
                     "<a" + atom + "><b></></>");
  expect_mended("<atom:a/>", "<a" + atom + "></>", "a namespace prefix is not declared");
}

TEST(Xml, MendsWhatIsNot) {
  constexpr std::string_view kMalformed = "the XML is malformed";
  expect_mended("<a><b>x</a>", "<a><b>x</></>", kMalformed);
  expect_mended("<a>x</b></a>", "<a>x</>", kMalformed);
  expect_mended("<a>x</A>", "<a>x</>", kMalformed);
  expect_mended("<a b=c/>", "<a b=c></>", kMalformed);
  expect_mended("<a b>x</a>", "<a b=>x</>", kMalformed);
  expect_mended("<a b='c>x</a>", "<a b=c>x</>", kMalformed);
  expect_mended("<a>1 < 2</a>", "<a>1 < 2</>", kMalformed);
  expect_mended("<a><b<c/></a>", "<a><b><c></></></>", kMalformed);
  expect_mended("<a>x</a", "<a>x</>", kMalformed);
  expect_mended("<a>&x;</a>", "<a>&x;</>", "a bare ampersand or an unknown entity");
  expect_mended("x<a/>", "<a></>", "text before the document");
  expect_mended("<a/>x", "<a></>", "text after the document");
  expect_mended("<a/><b/>", "<a></>", "text after the document");
}

TEST(Xml, LeavesOpenWhatDoesNotEnd) {
  constexpr std::string_view kTruncated = "the document ends before it is complete";
  expect_mended("<a><b>x", "<a><b>x", kTruncated);
  expect_mended("<a><b", "<a>", kTruncated);
  expect_mended("<a><!-- x</a>", "<a>", kTruncated);
}

TEST(Xml, RefusesEntityDeclarations) {
  EXPECT_EQ(read("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").record, "error");
  EXPECT_EQ(read("<!DOCTYPE a [<!-- x --><!entity % b SYSTEM 'c'>]><a/>").record, "error");
  expect_well_formed("<!DOCTYPE a [<!-- <!ENTITY b 'c'> -->]><a/>", "<a></>");
}

TEST(Xml, FlattensWhatIsTooDeep) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "<a>";
  text += 'x';
  for (int i = 0; i < 100; ++i) text += "</a>";
  const auto reading = read("<r>" + text + "</r>");
  EXPECT_NE(reading.record.find("<a>x</>"), std::string::npos);
  EXPECT_EQ(reading.record.size(), 3 * kXmlDepthMax + 1 + 3 * kXmlDepthMax);
}

TEST(Xml, StopsWhenTheSinkIsDone) { EXPECT_EQ(read("<a><stop/><b/></a>").record, "<a><stop></>"); }

}  // namespace
}  // namespace tocsin::markup
