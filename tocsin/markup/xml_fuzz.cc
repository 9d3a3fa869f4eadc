// SPDX-License-Identifier: Apache-2.0
#include <expat.h>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/markup/text.h"
#include "tocsin/markup/xml.h"

namespace tocsin::markup {
namespace {

// Writes what happens as text, so that two readers can be compared.
class Recorder final : public XmlSink {
 public:
  void open(const XmlElement& element) override {
    record.append("<").append(element.name);
    for (const auto& attribute : element.attributes) {
      record.append(" ").append(attribute.name).append("='").append(attribute.value).append("'");
    }
    record += '>';
    ++depth;
    depth_max = std::max(depth, depth_max);
  }
  void text(std::string_view text, bool) override {
    TOCSIN_CHECK(depth > 0);
    record += text;
  }
  void close() override {
    TOCSIN_CHECK(depth > 0);
    record += "</>";
    --depth;
  }
  bool is_done() const override { return false; }

  std::string record;
  std::size_t depth = 0;
  std::size_t depth_max = 0;
};

// Names as ours have them: without prefix, in lower case.
std::string local_name(const char* name) {
  const std::string_view text = name;
  return lower(text.substr(text.find(':') + 1));
}

void expat_open(void* recorder, const char* name, const char** attributes) {
  std::string& record = static_cast<Recorder*>(recorder)->record;
  record += '<' + local_name(name);
  for (; *attributes; attributes += 2) {
    const std::string_view key = attributes[0];
    if (key.starts_with("xmlns")) continue;
    record += ' ' + local_name(attributes[0]) + "='" + attributes[1] + '\'';
  }
  record += '>';
}

void expat_text(void* recorder, const char* text, int length) {
  static_cast<Recorder*>(recorder)->record.append(text, static_cast<std::size_t>(length));
}

void expat_close(void* recorder, const char*) { static_cast<Recorder*>(recorder)->record += "</>"; }

// True if expat accepts the document.
bool expat_reads(const std::string& text, Recorder& recorder) {
  const XML_Parser parser = XML_ParserCreate("UTF-8");
  XML_SetUserData(parser, &recorder);
  XML_SetElementHandler(parser, expat_open, expat_close);
  XML_SetCharacterDataHandler(parser, expat_text);
  const auto status = XML_Parse(parser, text.data(), static_cast<int>(text.size()), XML_TRUE);
  XML_ParserFree(parser);
  return status == XML_STATUS_OK;
}

// What expat accepts is read alike, without a warning. Whatever it is, tags are balanced. Left out
// of the comparison: document types, of which expat obeys some, references, where ours follow HTML,
// and text beyond our limits.
void compare(const std::string& text) {
  Recorder ours;
  Warnings warnings;
  const auto status = read_xml(text, ours, warnings);
  const bool is_comparable = text.find("<!DOCTYPE") == text.npos && text.find('&') == text.npos;
  Recorder theirs;
  if (!status || !is_comparable || !expat_reads(text, theirs)) return;
  if (ours.depth_max >= kXmlDepthMax) return;
  for (const auto& warning : warnings.take()) TOCSIN_CHECK(warning.find("prefix") != warning.npos);
  TOCSIN_CHECK(ours.record == theirs.record);
}

}  // namespace
}  // namespace tocsin::markup

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tocsin::markup::compare(tocsin::markup::clean_text(tocsin::as_text({data, size})));
  return 0;
}
