// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/commands.h"

#include <string_view>
#include <tuple>

#include "tocsin/store/changes.h"
#include "tocsin/store/sql_content.h"

namespace tocsin::store {
namespace {

struct KindName {
  std::string_view operator()(const newsroom::PutSite&) const { return "put_site"; }
  std::string_view operator()(const newsroom::PutSource&) const { return "put_source"; }
  std::string_view operator()(const newsroom::PutFeed&) const { return "put_feed"; }
  std::string_view operator()(const newsroom::RemoveFeed&) const { return "remove_feed"; }
  std::string_view operator()(const newsroom::TakeItems&) const { return "take_items"; }
  std::string_view operator()(const newsroom::PutStory&) const { return "put_story"; }
  std::string_view operator()(const newsroom::WithdrawStory&) const { return "withdraw_story"; }
  std::string_view operator()(const newsroom::CreateAlert&) const { return "create_alert"; }
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
