// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/push_protocol.h"

namespace tocsin::net {
namespace {

class H2PushProtocol final : public PushProtocol {
 public:
  explicit H2PushProtocol(const std::string& origin) : client_(origin) {}

  std::size_t room(std::size_t body_bytes) const override { return client_.room(body_bytes); }
  bool is_suited(std::size_t body_bytes) const override { return client_.is_suited(body_bytes); }
  std::size_t in_flight() const override { return client_.in_flight(); }
  bool is_open() const override { return client_.is_open(); }
  bool is_over() const override { return client_.is_over(); }
  void submit(const deliver::PushRequest& request, Instant deadline, Bytes& out) override {
    const auto body = client_.write_request(out,
                                            {.token = request.token,
                                             .head = request.head,
                                             .path = request.path,
                                             .body_bytes = request.body_bytes},
                                            deadline);
    request.body->write_body(body);
  }
  void fill(Bytes& out, std::size_t /*bytes_wanted*/) override { client_.fill(out); }
  Status receive(ByteView bytes, PushAnswers& answers) override {
    return client_.receive(bytes, answers);
  }
  bool expire(Instant now, PushAnswers& answers) override { return client_.expire(now, answers); }
  void say_goodbye() override { client_.say_goodbye(); }
  void end(const std::string& detail, std::size_t unsent_bytes, PushAnswers& answers) override {
    client_.end(detail, unsent_bytes, answers);
  }

 private:
  http2::Client client_;
};

}  // namespace

std::unique_ptr<PushProtocol> make_h2_push_protocol(const std::string& origin) {
  return std::make_unique<H2PushProtocol>(origin);
}

}  // namespace tocsin::net
