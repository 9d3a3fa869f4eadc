// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/store/store.h"

namespace tocsin::server {

// Opens a data folder for a command that writes and ends. Errors: as store::Store::open().
Result<std::unique_ptr<store::Store>> open_folder(const std::string& folder);

// Waits for a write to such a folder: `call` passes its argument on as the completion.
template <class T>
Result<T> await(const std::function<void(store::Store::Done<T>)>& call) {
  std::promise<Result<T>> promise;
  call([&](Result<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

// A token that was made: `text` is shown once and kept nowhere.
struct NewToken {
  std::string text;
  store::ApiToken record;
};
NewToken make_token(std::string name, std::vector<std::string> scopes, Time now);

struct FirstSite {
  std::string name;
  std::string url;
  std::string vapid_subject;
};

// Makes what a folder must have before a server can use it: a site with a key, and a token of an
// administrator if there is no token, which it gives back. A folder that has all is left alone.
//
// Errors: kInvalidArgument: a key is to be made and the subject is none; as store::Store.
Result<std::string> prepare_folder(store::Store& store, const FirstSite& first);

// A device that registers again within this time gets what it followed.
inline constexpr Seconds kRetiredKept{30 * 86'400};

// Deletes the subscriptions that were retired longer ago. Before a server reads the folder: it
// counts on the slots of those it knows.
Status forget_retired(store::Store& store, Time now);

}  // namespace tocsin::server
