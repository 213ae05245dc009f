#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/load/options.hpp"
#include "bench/load/wire.hpp"
#include "sipstack/base/bytes.hpp"
#include "sipstack/message/message.hpp"

namespace bench {

/// One operation: a registration with its challenge, a whole call, or one OPTIONS.
struct Operation {
  enum class Kind : std::uint8_t { reg, call, options };
  enum class Phase : std::uint8_t { asking, cancelling, talking, over };
  Kind kind{Kind::options};
  Phase phase{Phase::asking};
  unsigned user{0};
  unsigned peer{0};
  Socket* socket{nullptr};
  std::string call_id;
  std::string to_tag;
  std::string target;  ///< Request-URI
  std::string routes;  ///< Route lines of the dialog
  std::string contact_params;
  unsigned expires{3600};
  bool reuse_nonce{false};  ///< of the user's registration before, as a refresh does
  std::string branch;       ///< of the last INVITE
  unsigned cseq{0};
  unsigned challenges{0};
  bool keep_open{false};  ///< a 2xx is not followed by BYE
  Time started{};
  Time provisional_at{};  ///< the epoch: none yet
  std::string last;       ///< sent again while no answer comes
  std::string ack;
  Clock::duration interval{};
  Time resend_at{};  ///< Time::max(): nothing to send again
  Time dead_at{};
  int status{0};                                        ///< final
  std::function<void(const Operation&, bool ok)> then;  ///< called once, at its end
};

/// How a device registers.
struct Registration {
  std::string_view contact_params;
  unsigned expires{3600};
  bool reuse_nonce{false};
};

/// Everything the run counted.
struct Tally {
  std::uint64_t ok{0}, failed{0}, timeouts{0}, resent{0}, challenges{0};
  std::map<int, std::uint64_t> codes;  ///< final statuses of failed operations
  std::vector<double> latency_ms;
};

/// The client side: sends requests, answers challenges, keeps RFC 3261 timers A and E.
class Caller {
 public:
  using Ended = std::function<void(const Operation&, bool ok)>;
  explicit Caller(const Options& options);

  Operation& reg(unsigned user, Socket& socket, std::string_view contact_params = {});
  Operation& reg(unsigned user, Socket& socket, const Registration& how);
  Operation& call(unsigned user, unsigned peer, Socket& socket);
  Operation& ping(unsigned user, Socket& socket);
  void cancel(Operation& call, std::string_view reason = {});
  void hang_up(Operation& call);

  void on_response(const sip::Message& response);
  /// Sends again what is due and gives up what is too old; cheap when called often.
  void on_timer(Time now);
  void on_end(Ended ended) { ended_ = std::move(ended); }

  std::size_t open() const { return operations_.size(); }
  bool is_open(const std::string& call_id) const { return operations_.contains(call_id); }
  /// The operation with this Call-ID, or nullptr when it is over.
  Operation* find(const std::string& call_id);
  Tally& tally() { return tally_; }
  /// When the registration of a user was last sent with credentials.
  Time authorised_at(unsigned user) const;

 private:
  struct Challenge {
    std::string value;
    unsigned uses{0};
    Time authorised_at{};
  };

  Operation& start(Operation::Kind kind, unsigned user, Socket& socket);
  std::string head(const Operation& op, std::string_view method, std::string_view branch) const;
  std::string new_branch();
  void send(Operation& op, std::string bytes);
  void send_register(Operation& op);
  void send_invite(Operation& op, std::string_view credentials);
  std::string credentials(Challenge& challenge, const Operation& op, std::string_view method,
                          bool by_proxy);
  void on_register(Operation& op, const sip::Message& response);
  void on_invite(Operation& op, const sip::Message& response);
  void on_answer(Operation& op, const sip::Message& response);
  void ack_failure(const Operation& op, const sip::Message& response);
  void end(Operation& op, bool ok, int status);

  const Options& options_;
  std::string run_;  ///< makes the Call-IDs of this run its own
  std::uint64_t last_{0};
  std::unordered_map<std::string, std::unique_ptr<Operation>, sip::TextHash, std::equal_to<>>
      operations_;                                      ///< by Call-ID
  std::unordered_map<unsigned, Challenge> challenges_;  ///< by user, kept for refreshes
  Time next_scan_{};
  Tally tally_;
  Ended ended_;
};

/// The SDP both sides send.
std::string session_description(std::string_view ip);

}  // namespace bench
