// SPDX-License-Identifier: Apache-2.0
// The pages that are not about stories.
#include "tocsin/json/json.h"
#include "tocsin/pages/text.h"
#include "tocsin/pages/views.h"

namespace tocsin::pages {
namespace {

struct ErrorText {
  int status;
  const char* title;
  const char* text;
};

constexpr ErrorText kErrors[] = {
    {404, "There is no such page", "The address may be mistyped, or the story was taken down."},
    {405, "That cannot be done here", "This page can only be read."},
    {410, "This page is gone", "It was here, and was taken down for good."},
    {500, "Something broke on our side", "It is not your doing. Please try again in a minute."},
    {503, "We are catching our breath", "Many people are reading at once. Please try again soon."},
};

const ErrorText& error_text(int status) {
  for (const auto& entry : kErrors) {
    if (entry.status == status) return entry;
  }
  return kErrors[3];
}

}  // namespace

std::string following_page(const Frame& frame, bool is_popup) {
  const auto& name = frame.site.name;
  Html body = h("h1", {}, "Your alerts");
  body += h("p", {},
            "Choose what " + name +
                " tells you on this device, try it, or turn it off. The choice belongs to "
                "this browser; there is no account.");
  body += follow_box(frame.site, true);
  Head head;
  head.title = "Your alerts";
  head.path = is_popup ? "" : "/following";
  head.description = "Alerts from " + name + " on your devices.";
  head.is_bare = is_popup;
  return document(frame, head, h("div", {{"class", "plain"}}, body));
}

std::string offline_page(const Frame& frame) {
  Html body = h("h1", {}, "You are offline");
  body += h("p", {},
            "This page was not kept on your device. Stories you opened or were alerted to "
            "can be read without a network:");
  body += h("p", {}, h("a", {{"href", "/"}}, "Go to the latest news"));
  Head head;
  head.title = "Offline";
  return document(frame, head, h("div", {{"class", "plain"}}, body));
}

std::string error_page(const Frame& frame, int status) {
  const auto& error = error_text(status);
  Html body = h("p", {{"class", "status"}}, std::to_string(status));
  body += h("h1", {}, error.title);
  body += h("p", {}, error.text);
  body += h("p", {}, h("a", {{"href", "/"}}, "Read the latest news"));
  Head head;
  head.title = error.title;
  return document(frame, head, h("div", {{"class", "plain"}}, body));
}

std::string manifest(const core::Site& site) {
  const auto icon = [](const char* path, const char* size, const char* purpose) {
    return Json({{"src", path}, {"sizes", size}, {"type", "image/png"}, {"purpose", purpose}});
  };
  return Json({{"id", "/"},
               {"name", site.name},
               {"short_name", site.name},
               {"description", site.tagline},
               {"lang", site.language},
               {"dir", direction(site.language)},
               {"start_url", "/"},
               {"scope", "/"},
               {"display", "standalone"},
               {"background_color", "#fdfcfa"},
               {"theme_color", "#fdfcfa"},
               {"icons", Json::array({icon("/icons/icon-192.png", "192x192", "any"),
                                      icon("/icons/icon-512.png", "512x512", "any"),
                                      icon("/icons/icon-512.png", "512x512", "maskable")})}})
      .dump();
}

}  // namespace tocsin::pages
