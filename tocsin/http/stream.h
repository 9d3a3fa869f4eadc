// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace tocsin::http {

// The open end of a response whose body comes bit by bit. Its one owner ends it by destroying it,
// which is allowed in on_close too. All calls, and on_close, are on one loop.
class Stream {
 public:
  virtual ~Stream() = default;

  // Calls `told` once, when the client, the network or the server has ended the stream; never
  // inside a call of the owner's, and not after close(). Registered at most once.
  virtual void on_close(std::function<void()> told) = 0;

  // Gives bytes to the client, in order. Bytes that the client cannot take yet are kept, not
  // copied, so that many streams can share them. False: the stream has ended, or ends here since
  // the client is too far behind; on_close follows.
  virtual bool send(std::shared_ptr<const std::string> bytes) = 0;

  // Ends the stream. What the network has not taken yet is lost.
  virtual void close() = 0;
};

}  // namespace tocsin::http
