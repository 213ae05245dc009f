#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/engine/engine.hpp"
#include "sipstack/transport/framing.hpp"

namespace torture {

/// The engine with a store that says what it is told to say, fed whatever comes: datagrams, pieces
/// of streams, answers to what it sent, and time. A broken promise is an exception.
class Feed {
 public:
  Feed();
  Feed(Feed&&) = delete;

  /// Sources 0 to 3: a stranger, a trusted peer, the phone of bob, and one behind IPv6.
  void datagram(unsigned source, std::string bytes);
  void piece(unsigned connection, std::string_view bytes);
  void close(unsigned connection);
  void pass(sip::Duration time);
  void commit(bool works);
  void push_done(proxy::PushOutcome outcome);
  /// Answers the request that was sent last, as its receiver would.
  void answer(int status);
  void send_failed();
  /// True when an OPTIONS for the server is answered by a 200.
  bool probe();

  /// Reads a program of the calls above from bytes, for a fuzzer.
  void run(std::string_view program);

 private:
  class Ids final : public sip::IdSource {
   public:
    std::uint64_t next() override;

   private:
    std::uint64_t state_{1};
  };
  static constexpr std::size_t connections = 4;

  sip::Flow flow(unsigned source) const;
  sip::Flow stream(unsigned connection) const;
  void tell(proxy::Event event);
  void drain();
  void check(const proxy::Send& send);
  sip::Instant instant() const;

  Ids ids_;
  std::shared_ptr<const proxy::Settings> settings_;
  proxy::Engine engine_;
  sip::Outbox<proxy::Action> out_;
  sip::TimePoint now_{std::chrono::hours{1}};
  proxy::Seq written_{0};
  proxy::Seq settled_{0};
  std::vector<proxy::PushId> pushes_;
  std::optional<proxy::Send> last_request_;
  std::string last_sent_;
  std::array<std::uint64_t, connections> numbers_{};
  std::array<std::optional<sip::StreamFramer>, connections> framers_;
  std::uint64_t connections_made_{0};
};

}  // namespace torture
