#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/dialog.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/base/time.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/transaction/layer.hpp"

namespace app::demo {

/// What an agent does with an INVITE.
enum class Answering : std::uint8_t {
  answer,   ///< rings, then takes the call
  ring,     ///< rings for ever
  decline,  ///< 486 instead of ringing
  silent,   ///< not a single response
};

/// What an agent saw happen, for whoever directs it.
enum class Sight : std::uint8_t {
  registered,
  register_refused,  ///< status as in `refused`
  invite,            ///< somebody calls
  cancel,            ///< detail: Reason
  acknowledged,      ///< the ACK of our 2xx
  bye,               ///< detail: Reason
  ringing,           ///< a provisional response above 100 to our INVITE
  answered,
  refused,  ///< another final response to our INVITE, detail: Warning; status 408 also when none
            ///< came
  hung_up,  ///< our BYE was answered
};
std::string_view to_string(Sight sight);

struct Sighting {
  Sight what{Sight::registered};
  std::string call_id;
  int status{0};
  std::string detail;
  bool operator==(const Sighting&) const = default;
};

struct AgentSettings {
  std::string user;
  std::string domain;
  std::string password;
  std::string display_name;
  std::string user_agent{"sipwake-phone"};
  std::string instance;        ///< +sip.instance of the Contact, may be empty
  std::string contact_params;  ///< of the Contact URI: ";pn-provider=webhook;..."
  std::string local;           ///< "host:port" for Via and Contact
  sip::Flow server;            ///< where every request goes
  Answering answering{Answering::answer};
  sip::Duration ring_after{100};
  sip::Duration answer_after{500};  ///< counted from the INVITE
  sip::transaction::TimerSettings timers;
};

/// A SIP user agent without a socket, clock or thread: registers, calls and is called. It leaves
/// what is to be sent and what it saw in its output.
class Agent {
 public:
  struct Output {
    sip::transaction::Output wire;  ///< `transmits` to hand to the transport
    std::vector<Sighting> sightings;
  };

  Agent(AgentSettings settings, sip::IdSource& ids);

  /// REGISTER, challenges answered. Ends in a `registered` or `register_refused`.
  void register_contact(std::chrono::seconds expires, sip::TimePoint now, Output& out);
  /// INVITE with an offer; returns its Call-ID. Ends in `answered` or `refused`.
  std::string call(std::string_view callee_uri, sip::TimePoint now, Output& out);
  /// CANCEL as soon as RFC 3261 section 9.1 allows it.
  void cancel(std::string_view call_id, sip::TimePoint now, Output& out);
  /// BYE in an answered call; does nothing when there is none.
  void hang_up(std::string_view call_id, sip::TimePoint now, Output& out);

  /// A datagram, or one message of a stream. What cannot be parsed is dropped.
  void on_message(std::string bytes, const sip::Flow& flow, sip::TimePoint now, Output& out);
  void on_flow_closed(const sip::Flow& flow, sip::TimePoint now, Output& out);
  void on_deadline(sip::TimePoint now, Output& out);
  std::optional<sip::TimePoint> next_deadline() const;

 private:
  /// A request of ours from its first sending to the end of its last transaction.
  struct Asked {
    enum class Kind : std::uint8_t { registration, invite, bye };
    Kind kind{Kind::registration};
    Dialog dialog;
    sip::transaction::ClientId id{};
    std::string expires;  ///< REGISTER
    std::string ack;      ///< of a 2xx, sent again for each repeated one
    bool challenged{false};
    bool cancel_wanted{false};
    bool over{false};
  };
  /// An INVITE that came in.
  struct Ringing {
    sip::transaction::ServerId id{};
    sip::Message invite;
    sip::Flow flow;
    std::string tag;
    bool over{false};
    std::optional<sip::TimePoint> ring_at;
    std::optional<sip::TimePoint> answer_at;
    // The 200 is repeated until its ACK comes (RFC 3261 section 13.3.1.4).
    std::string ok;
    sip::Duration resend_after{0};
    std::optional<sip::TimePoint> resend_at;
    sip::TimePoint give_up{};
  };

  std::string address() const;
  std::string contact() const;
  void send(Asked& asked, std::string_view credentials, sip::TimePoint now, Output& out);
  std::string extra_headers(const Asked& asked, std::string_view credentials) const;
  std::string credentials_for(const sip::Message& response, const Asked& asked);
  void on_response(const sip::Message& response, sip::TimePoint now, Output& out);
  void on_final(Asked& asked, const sip::Message& response, sip::TimePoint now, Output& out);
  void on_invite_ok(Asked& asked, const sip::Message& response, Output& out);
  void give_up(sip::transaction::ClientId id, Output& out);

  void on_request(const sip::Message& request, const sip::Flow& flow, sip::TimePoint now,
                  Output& out);
  void on_invite(sip::Message request, const sip::Flow& flow, sip::TimePoint now, Output& out);
  void on_cancel(sip::transaction::ServerId invite, const sip::Message& cancel,
                 const sip::Flow& flow, sip::TimePoint now, Output& out);
  void on_ack(const sip::Message& ack, Output& out);
  void on_bye(const sip::Message& bye, const sip::Flow& flow, sip::TimePoint now, Output& out);
  void reply_at_once(const sip::Message& request, const sip::Flow& flow, int status,
                     sip::TimePoint now, Output& out);
  std::string reply(const Ringing& ringing, int status) const;
  void run_timers(Ringing& ringing, sip::TimePoint now, Output& out);
  void read_notices(Output& out);

  AgentSettings settings_;
  sip::IdSource& ids_;
  sip::transaction::Layer layer_;
  std::optional<Dialog> registration_;
  std::vector<Asked> asked_;
  std::vector<Ringing> ringing_;
  std::vector<Dialog> talks_;  ///< answered calls, of either direction
};

}  // namespace app::demo
