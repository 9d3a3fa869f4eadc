// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/own_messages.h"

namespace tocsin::server {
namespace {

OwnMessage message(core::SiteId site, const std::string& title, IdSource& ids, Time now) {
  OwnMessage out;
  out.story.id = ids.next<struct core::StoryKind>();
  out.story.site = site;
  out.story.headline = title;
  out.alert.id = ids.next<struct core::AlertKind>();
  out.alert.site = site;
  out.alert.title = title;
  out.alert.created = now;
  return out;
}

}  // namespace

OwnMessage test_message(const core::Site& site, IdSource& ids, Time now) {
  auto out = message(site.id, "Alerts from " + site.name + " work on this device", ids, now);
  out.alert.story = out.story.id;
  out.alert.body = "You asked for this test. Nothing has happened in the world.";
  out.alert.url = site.base_url + "/following";
  out.alert.ttl = Seconds(300);
  return out;
}

OwnMessage link_message(core::SiteId site, const std::string& title, const std::string& body,
                        const std::string& url, IdSource& ids, Time now) {
  auto out = message(site, title, ids, now);
  out.alert.body = body;
  out.alert.url = url;
  out.alert.ttl = Seconds(900);
  return out;
}

}  // namespace tocsin::server
