// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/archive/builder.h"
#include "tocsin/archive/readers.h"
#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"
#include "tocsin/markup/xml.h"

namespace tocsin::archive {

// Reads an XML document of records as the elements that have text. A name with a prefix is given
// with a colon before it, whatever the prefix: ":comment_id".
class XmlFields : public markup::XmlSink {
 public:
  static constexpr std::size_t kFieldBytesMax = 1 << 20;  // the rest of a text is left out

  explicit XmlFields(Builder& builder) : builder_(builder) {}

  // Feeds the file through this. Errors: kExhausted, kCorrupt: see readers.h.
  Status read(ByteView file, const ReadOptions& options);

  void open(const markup::XmlElement& element) final;
  void text(std::string_view text, bool lasts) final;
  void close() final;
  bool is_done() const final { return !status_; }

 protected:
  virtual void on_open(std::string_view name, const markup::XmlElement& element) = 0;
  // `text` is what stands after the last element in it.
  virtual Status on_close(std::string_view name, std::string& text) = 0;
  // What was read last, for messages: "the comment 17".
  virtual std::string place() const = 0;

  bool is_root(std::size_t depth = 1) const { return open_.size() == depth; }
  Builder& builder() { return builder_; }

 private:
  Builder& builder_;
  Status status_ = ok();
  std::vector<std::string> open_;
  std::string text_;
};

}  // namespace tocsin::archive
