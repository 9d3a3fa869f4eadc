// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/push_service.h"

namespace tocsin::core {
namespace {

std::string_view host_of(std::string_view origin) {
  const auto scheme = origin.find("://");
  if (scheme != std::string_view::npos) origin.remove_prefix(scheme + 3);
  return origin.substr(0, origin.find(':'));
}

}  // namespace

std::string_view text(PushService service) {
  switch (service) {
    case PushService::kFcm:
      return "fcm";
    case PushService::kMozilla:
      return "mozilla";
    case PushService::kApple:
      return "apple";
    case PushService::kWns:
      return "wns";
    case PushService::kUnknown:
      return "unknown";
  }
  return "";
}

PushService push_service_of(std::string_view origin) {
  const std::string_view host = host_of(origin);
  if (host == "fcm.googleapis.com" || host == "jmt17.google.com") return PushService::kFcm;
  if (host == "updates.push.services.mozilla.com") return PushService::kMozilla;
  if (host.ends_with(".push.apple.com")) return PushService::kApple;
  if (host.ends_with(".notify.windows.com")) return PushService::kWns;
  return PushService::kUnknown;
}

}  // namespace tocsin::core
