// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <utility>

#include "tocsin/archive/readers.h"
#include "tocsin/archive/writers.h"
#include "tocsin/archive/xml_fields.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

State state_of(std::string_view approved) {
  if (approved == "1" || approved == "approved" || approved == "approve") return State::kApproved;
  if (approved == "spam") return State::kSpam;
  if (approved == "trash" || approved == "post-trashed") return State::kDeleted;
  return State::kPending;  // "0", "hold", and what only a plugin knows
}

// Comments of plugins are not for readers: notes on orders, log entries.
bool is_comment_type(std::string_view type) {
  return type.empty() || type == "comment" || type == "review";
}

// Posts in a list have a status of their own, other types that of the post they belong to.
bool is_public_status(std::string_view status) {
  return status.empty() || status == "publish" || status == "inherit";
}

class WordPressFields final : public XmlFields {
 public:
  using XmlFields::XmlFields;
  bool has_channel() const { return has_channel_; }

 private:
  // A comment with what decides whether it counts.
  struct Draft {
    ArchivedComment comment;
    std::string type;
    std::string user;
    std::string date;  // local
    std::string date_gmt;
  };

  void on_open(std::string_view name, const markup::XmlElement&) override {
    if (name == "channel") has_channel_ = true;
    if (name == "item" && !in_item_) {
      in_item_ = true;
      conversation_ = {};
      comments_.clear();
      type_.clear();
      post_date_.clear();
    } else if (name == ":comment" && in_item_) {
      in_comment_ = true;
      draft_ = {};
    }
  }

  Status on_close(std::string_view name, std::string& text) override {
    if (name == ":comment" && in_comment_) {
      in_comment_ = false;
      take_comment();
    } else if (name == "item" && in_item_) {
      in_item_ = false;
      return take_item();
    } else if (in_comment_) {
      comment_field(name, text);
    } else if (in_item_) {
      item_field(name, text);
    } else if (name == ":author_id") {
      staff_.insert(std::string(markup::trim(text)));
    } else if (name == "generator") {
      is_ours_ = markup::trim(text) == kGenerator;
    }
    return ok();
  }

  std::string place() const override {
    return "the comment " + (last_key_.empty() ? "none" : last_key_) + " of the post " +
           (conversation_.key.empty() ? "none" : conversation_.key);
  }

  void comment_field(std::string_view name, std::string& text) {
    auto& comment = draft_.comment;
    const std::string value(markup::trim(text));
    if (name == ":comment_id") comment.key = value;
    if (name == ":comment_parent" && value != "0") comment.parent_key = value;
    if (name == ":comment_author") comment.author.name = markup::decode_references(value);
    if (name == ":comment_author_email") comment.author.email = value;
    if (name == ":comment_author_url") comment.author.url = value;
    if (name == ":comment_author_ip") comment.address = value;
    if (name == ":comment_date") draft_.date = value;
    if (name == ":comment_date_gmt") draft_.date_gmt = value;
    if (name == ":comment_content") comment.text = comment_text(text, LineEnds::kBreak);
    if (name == ":comment_approved") comment.state = state_of(value);
    if (name == ":comment_type") draft_.type = value;
    if (name == ":comment_user_id" && value != "0") draft_.user = value;
  }

  void item_field(std::string_view name, std::string& text) {
    auto value = std::string(markup::trim(text));
    if (name == ":post_id")
      conversation_.key = std::move(value);
    else if (name == "title")
      conversation_.title = markup::decode_references(value);
    else if (name == "link")
      conversation_.page_url = std::move(value);
    else if (name == ":post_name")
      conversation_.slug = std::move(value);
    else if (name == ":comment_status")
      conversation_.is_open = value == "open";
    // Ours says "draft", so that WordPress publishes no empty post.
    else if (name == ":status" && !is_ours_)
      conversation_.is_public = conversation_.is_public && is_public_status(value);
    else if (name == ":post_password")
      conversation_.is_public = conversation_.is_public && value.empty();
    else if (name == ":post_type")
      type_ = std::move(value);
    else if (name == ":post_date_gmt")
      post_date_ = std::move(value);
  }

  void take_comment() {
    auto& comment = draft_.comment;
    last_key_ = comment.key;
    if (draft_.type == "pingback" || draft_.type == "trackback") {
      builder().warn("a pingback or trackback was left out", comment.key);
      return;
    }
    if (!is_comment_type(draft_.type)) {
      builder().warn("a comment of a plugin's own type was left out", comment.key);
      return;
    }
    auto created = parse_sql_date(draft_.date_gmt);
    if (!created) {
      created = parse_sql_date(draft_.date);
      if (created) builder().warn("a comment has a local date only, taken for UTC", comment.key);
    }
    if (created) comment.created = *created;
    comment.author.is_registered = !draft_.user.empty();
    comment.author.is_staff = staff_.contains(draft_.user);
    comments_.push_back(std::move(comment));
  }

  Status take_item() {
    const bool is_page = type_.empty() || type_ == "post" || type_ == "page";
    if (!is_page && comments_.empty()) return ok();
    if (conversation_.key.empty()) conversation_.key = conversation_.page_url;
    if (conversation_.key.empty()) {
      builder().warn("an item without an id was left out, with its comments", conversation_.title);
      return ok();
    }
    TOCSIN_TRY(const auto index, builder().add(conversation_));
    for (auto& comment : comments_) {
      if (comment.created == Time{}) comment.created = parse_sql_date(post_date_).value_or(Time{});
      TOCSIN_TRY(std::ignore, builder().add(index, std::move(comment)));
    }
    return ok();
  }

  ArchivedConversation conversation_;
  std::vector<ArchivedComment> comments_;
  Draft draft_;
  std::string type_;
  std::string post_date_;
  std::string last_key_;
  std::set<std::string> staff_;  // ids of those who wrote posts
  bool is_ours_ = false;         // written by writers.h
  bool has_channel_ = false;
  bool in_item_ = false;
  bool in_comment_ = false;
};

}  // namespace

Result<Archive> read_wordpress(ByteView file, const ReadOptions& options) {
  Builder builder(Format::kWordPress);
  WordPressFields fields(builder);
  TOCSIN_TRY(std::ignore, fields.read(file, options));
  if (!fields.has_channel()) {
    return Error{Errc::kCorrupt, "the file is no WordPress export: there is no <channel>"};
  }
  return std::move(builder).finish();
}

}  // namespace tocsin::archive
