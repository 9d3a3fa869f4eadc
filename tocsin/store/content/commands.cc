// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "tocsin/json/json.h"
#include "tocsin/sqlite/database.h"
#include "tocsin/store/content/changes.h"
#include "tocsin/store/content/sql_content.h"
#include "tocsin/store/rows.h"

namespace tocsin::store {
namespace {

using newsroom::Change;
using newsroom::FeedRemoved;
using newsroom::SeenItem;

struct Namer {
  Json operator()(const core::Site& site) const { return Json({{"site", site.id.text()}}); }
  Json operator()(const core::Source& source) const { return Json({{"source", source.id.text()}}); }
  Json operator()(const core::Feed& feed) const { return Json({{"feed", feed.id.text()}}); }
  Json operator()(const core::Story& story) const { return Json({{"story", story.id.text()}}); }
  Json operator()(const core::Alert& alert) const { return Json({{"alert", alert.id.text()}}); }
  Json operator()(const SeenItem& item) const {
    return Json({{"item_of", item.feed.text()}, {"key", hex(item.key)}, {"is", item.story.text()}});
  }
  Json operator()(const FeedRemoved& removed) const {
    return Json({{"removed_feed", removed.feed.text()}});
  }
  Json operator()(const core::Thread& thread) const { return Json({{"thread", thread.id.text()}}); }
  Json operator()(const core::Entry& entry) const { return Json({{"entry", entry.id.text()}}); }
  Json operator()(const core::User& user) const { return Json({{"user", user.id.text()}}); }
  Json operator()(const core::Comment& comment) const {
    return Json({{"comment", comment.id.text()}});
  }
  Json operator()(const core::Conversation& conversation) const {
    return Json({{"conversation", conversation.story.text()}});
  }
  Json operator()(const core::Reader& reader) const { return Json({{"reader", reader.id.text()}}); }
  // Nobody asks for these by the command that wrote them.
  template <class Other>
  Json operator()(const Other& /*unused*/) const {
    return {};
  }
};

template <class SomeId>
SomeId id_of(const Json& name, std::string_view member) {
  const auto text = name.text(member);
  return text ? SomeId::parse(*text).value_or(SomeId{}) : SomeId{};
}

std::optional<Change> change_of(const Json& name, const SqlContent& content) {
  if (const auto id = id_of<core::SiteId>(name, "site")) return content.site(id);
  if (const auto id = id_of<core::SourceId>(name, "source")) return content.source(id);
  if (const auto id = id_of<core::FeedId>(name, "feed")) return content.feed(id);
  if (const auto id = id_of<core::StoryId>(name, "story")) return content.story(id);
  if (const auto id = id_of<core::AlertId>(name, "alert")) return content.alert(id);
  if (const auto id = id_of<core::FeedId>(name, "removed_feed")) return FeedRemoved{id};
  if (const auto id = id_of<core::ThreadId>(name, "thread")) return content.thread(id);
  if (const auto id = id_of<core::EntryId>(name, "entry")) return content.entry(id);
  if (const auto id = id_of<core::UserId>(name, "user")) return content.user(id);
  if (const auto id = id_of<core::CommentId>(name, "comment")) return content.comment(id);
  if (const auto id = id_of<core::StoryId>(name, "conversation")) return content.conversation(id);
  if (const auto id = id_of<core::ReaderId>(name, "reader")) return content.reader(id);
  const auto key = unhex(name.text("key").value_or(""));
  const auto item = key ? core::ItemKey::from(*key) : std::nullopt;
  if (!item) return std::nullopt;
  return SeenItem{id_of<core::FeedId>(name, "item_of"), *item, id_of<core::StoryId>(name, "is")};
}

// Names the records that a command wrote.
std::string answer_of(const newsroom::Effects& effects) {
  Json out(Json::Array{});
  for (const auto& change : effects.changes) {
    Json name = std::visit(Namer{}, change);
    if (!name.is_null()) out.push(std::move(name));
  }
  return out.dump();
}

// The records so named, as they are at present; those that are gone are left out.
newsroom::Effects effects_of(std::string_view answer, const SqlContent& content) {
  newsroom::Effects out;
  const auto json = Json::parse(answer, {.bytes_max = std::size_t{64} << 20});
  const auto* names = json ? json->if_array() : nullptr;
  if (names == nullptr) return out;
  for (const Json& name : *names) {
    if (auto change = change_of(name, content)) out.changes.push_back(*std::move(change));
  }
  return out;
}

struct KindName {
  std::string_view operator()(const newsroom::PutSite&) const { return "put_site"; }
  std::string_view operator()(const newsroom::PutSource&) const { return "put_source"; }
  std::string_view operator()(const newsroom::PutFeed&) const { return "put_feed"; }
  std::string_view operator()(const newsroom::PutFeeds&) const { return "put_feeds"; }
  std::string_view operator()(const newsroom::RemoveFeed&) const { return "remove_feed"; }
  std::string_view operator()(const newsroom::TakeItems&) const { return "take_items"; }
  std::string_view operator()(const newsroom::PutStory&) const { return "put_story"; }
  std::string_view operator()(const newsroom::WithdrawStory&) const { return "withdraw_story"; }
  std::string_view operator()(const newsroom::CreateAlert&) const { return "create_alert"; }
  std::string_view operator()(const newsroom::DecideAlerts&) const { return "decide_alerts"; }
  std::string_view operator()(const newsroom::PutThread&) const { return "put_thread"; }
  std::string_view operator()(const newsroom::PutEntry&) const { return "put_entry"; }
  std::string_view operator()(const newsroom::PutUser&) const { return "put_user"; }
  std::string_view operator()(const conversation::PutReader&) const { return "put_reader"; }
  std::string_view operator()(const conversation::EraseReader&) const { return "erase_reader"; }
  std::string_view operator()(const conversation::MoveDevice&) const { return "move_device"; }
  std::string_view operator()(const conversation::BanReader&) const { return "ban_reader"; }
  std::string_view operator()(const conversation::PostComment&) const { return "post_comment"; }
  std::string_view operator()(const conversation::EditComment&) const { return "edit_comment"; }
  std::string_view operator()(const conversation::DeleteComment&) const { return "delete_comment"; }
  std::string_view operator()(const conversation::VoteComment&) const { return "vote_comment"; }
  std::string_view operator()(const conversation::ReportComment&) const { return "report_comment"; }
  std::string_view operator()(const conversation::AppealRuling&) const { return "appeal_ruling"; }
  std::string_view operator()(const conversation::Moderate&) const { return "moderate"; }
  std::string_view operator()(const conversation::FeatureComment&) const {
    return "feature_comment";
  }
  std::string_view operator()(const conversation::SetConversation&) const {
    return "set_conversation";
  }
  std::string_view operator()(const conversation::AnnounceOpening&) const {
    return "announce_opening";
  }
  std::string_view operator()(const conversation::AnnounceVotes&) const { return "announce_votes"; }
  std::string_view operator()(const conversation::Follow&) const { return "follow"; }
  std::string_view operator()(const conversation::NoteTold&) const { return "note_told"; }
  std::string_view operator()(const conversation::ImportComments&) const {
    return "import_comments";
  }
};

Result<std::optional<std::string>> answer_before(Database& database, const core::CommandId& id) {
  auto query = database.query("SELECT answer FROM command WHERE id = ?1");
  query.bind(id);
  std::optional<std::string> out;
  if (query.next()) out = query.text(0);
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Status remember(Database& database, const newsroom::Command& command,
                const newsroom::Effects& effects) {
  // Most fetches of most feeds bring nothing; repeating such a one brings nothing either.
  const bool is_fetch = std::holds_alternative<newsroom::TakeItems>(command.body);
  if (is_fetch && effects.changes.empty()) return ok();
  return database
      .query("INSERT INTO command (id, actor, kind, at, answer) VALUES (?1, ?2, ?3, ?4, ?5)")
      .bind(command.id, command.actor, std::visit(KindName{}, command.body), command.at,
            answer_of(effects))
      .run();
}

}  // namespace

Result<newsroom::Effects> execute_command(Database& database, const newsroom::Command& command) {
  const SqlContent content(database);
  TOCSIN_TRY(const auto answer, answer_before(database, command.id));
  if (answer) {
    auto effects = effects_of(*answer, content);
    TOCSIN_TRY(std::ignore, content.take_status());
    return effects;
  }
  auto effects = newsroom::apply(content, command);
  TOCSIN_TRY(std::ignore, content.take_status());
  if (!effects) return effects;
  for (const auto& change : effects->changes) {
    TOCSIN_TRY(std::ignore, write_change(database, change));
  }
  TOCSIN_TRY(std::ignore, remember(database, command, *effects));
  return effects;
}

}  // namespace tocsin::store
