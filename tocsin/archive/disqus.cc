// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "tocsin/archive/readers.h"
#include "tocsin/archive/xml_fields.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

// <thread> and <post> stand side by side, threads first; a post names its thread and its parent.
class DisqusFields final : public XmlFields {
 public:
  using XmlFields::XmlFields;
  bool has_root() const { return has_root_; }

 private:
  enum class Record { kNone, kThread, kPost };

  static std::string id_of(const markup::XmlElement& element) {
    for (const auto& attribute : element.attributes) {
      if (attribute.name == "id") return std::string(markup::trim(attribute.value));
    }
    return {};
  }

  void on_open(std::string_view name, const markup::XmlElement& element) override {
    if (name == "disqus") has_root_ = true;
    if (record_ == Record::kNone && (name == "thread" || name == "post")) {
      record_ = name == "thread" ? Record::kThread : Record::kPost;
      conversation_ = {.key = id_of(element)};
      comment_ = {.key = id_of(element)};
      last_ = "the " + std::string(name) + ' ' + comment_.key;
      thread_.clear();
      username_.clear();
      is_spam_ = is_deleted_ = is_approved_ = false;
      is_anonymous_ = true;
      has_approval_ = false;
    } else if (record_ == Record::kPost && name == "thread") {
      thread_ = id_of(element);
      in_reference_ = true;
    } else if (record_ == Record::kPost && name == "parent") {
      comment_.parent_key = id_of(element);
    } else if (name == "author") {
      in_author_ = true;
    }
  }

  Status on_close(std::string_view name, std::string& text) override {
    if (in_reference_ && name == "thread") {
      in_reference_ = false;
    } else if (record_ == Record::kThread && name == "thread") {
      record_ = Record::kNone;
      return take_thread();
    } else if (record_ == Record::kPost && name == "post") {
      record_ = Record::kNone;
      return take_post();
    } else if (name == "author") {
      in_author_ = false;
    } else if (in_author_) {
      author_field(name, text);
    } else if (record_ == Record::kThread) {
      thread_field(name, text);
    } else if (record_ == Record::kPost) {
      post_field(name, text);
    }
    return ok();
  }

  std::string place() const override { return last_.empty() ? "no thread" : last_; }

  void author_field(std::string_view name, const std::string& text) {
    const std::string value(markup::trim(text));
    if (name == "name") comment_.author.name = markup::decode_references(value);
    if (name == "email") comment_.author.email = value;
    if (name == "username") username_ = value;
    if (name == "isanonymous") is_anonymous_ = value != "false";
  }

  void thread_field(std::string_view name, const std::string& text) {
    const std::string value(markup::trim(text));
    if (name == "link") conversation_.page_url = value;
    if (name == "title") conversation_.title = markup::decode_references(value);
    if ((name == "isclosed" || name == "isdeleted") && value == "true") {
      conversation_.is_open = false;
    }
  }

  void post_field(std::string_view name, const std::string& text) {
    const std::string value(markup::trim(text));
    if (name == "message") comment_.text = comment_text(text);
    if (name == "createdat") comment_.created = parse_rfc3339(value).value_or(Time{});
    if (name == "ipaddress") comment_.address = value;
    if (name == "isdeleted") is_deleted_ = value == "true";
    if (name == "isspam") is_spam_ = value == "true";
    if (name == "isapproved") {
      has_approval_ = true;
      is_approved_ = value == "true";
    }
    // The number of an older system; posts of before 2012 may have nothing else.
    if (name == "id" && comment_.key.empty()) comment_.key = value;
  }

  Status take_thread() {
    if (conversation_.key.empty()) conversation_.key = conversation_.page_url;
    if (conversation_.key.empty()) {
      builder().warn("a thread without an id was left out", conversation_.title);
      return ok();
    }
    TOCSIN_TRY(std::ignore, builder().add(conversation_));
    return ok();
  }

  Status take_post() {
    const auto index = builder().find(thread_);
    if (!index) {
      builder().warn("a post of a thread that is not in the file was left out", comment_.key);
      return ok();
    }
    comment_.author.is_registered = !is_anonymous_ && !username_.empty();
    if (is_spam_) {
      comment_.state = State::kSpam;
    } else if (is_deleted_) {
      comment_.state = State::kDeleted;
    } else if (has_approval_ && !is_approved_) {
      comment_.state = State::kPending;
    }
    return builder().add(*index, comment_);
  }

  ArchivedConversation conversation_;
  ArchivedComment comment_;
  std::string thread_;
  std::string username_;
  std::string last_;
  Record record_ = Record::kNone;
  bool has_root_ = false;
  bool in_author_ = false;
  bool in_reference_ = false;
  bool is_anonymous_ = true;
  bool is_spam_ = false;
  bool is_deleted_ = false;
  bool is_approved_ = false;
  bool has_approval_ = false;
};

}  // namespace

Result<Archive> read_disqus(ByteView file, const ReadOptions& options) {
  Builder builder(Format::kDisqus);
  DisqusFields fields(builder);
  TOCSIN_TRY(std::ignore, fields.read(file, options));
  if (!fields.has_root()) {
    return Error{Errc::kCorrupt, "the file is no export of Disqus: there is no <disqus>"};
  }
  return std::move(builder).finish();
}

}  // namespace tocsin::archive
