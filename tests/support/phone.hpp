#pragma once
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/draft.hpp"
#include "tests/support/world.hpp"

namespace test {

struct PhoneConfig {
  std::string name;
  std::string user;
  std::string domain{"example.com"};
  std::string password;  ///< empty: cannot answer a challenge
  std::string display_name;
  std::string instance;
  std::string provider;  ///< pn-provider, with param and prid
  std::string param;
  std::string prid;
  std::string user_agent{"testphone/1.0"};
  std::string algorithm{"SHA-256"};
  std::string q;
  unsigned reg_id{0};
  sip::Transport transport{sip::Transport::udp};
  std::vector<std::string> certificate{};  ///< domains its client certificate speaks for
  bool lan{false};    ///< its contact is where it really is; else it sits behind a NAT
  bool rport{true};   ///< it asks where its requests come from (RFC 3581)
  bool alias{false};  ///< it wants to be reached over its own connection (RFC 5923)
  int number{1};      ///< gives it its addresses
  int gateway{0};     ///< the number of the phone whose public address it shares; 0: has its own
};

/// What a phone has been sent and the script has not read yet.
struct Received {
  sip::Message message;
  LineId line{0};
  bool reached{true};
  bool skippable{false};  ///< hop by hop (ACK of a failure, 100 in a dialog): need not be read
  sip::Duration at{};
};

/// A user agent that says what it is told to say and keeps the transaction rules by itself:
/// retransmissions over UDP, digest, ACK of a failure, answers to retransmitted requests. It is
/// written from the RFC and shares no code with the server's transactions.
class Phone : public Party {
 public:
  struct Client {
    Draft draft;
    std::string branch;
    std::string wire;
    LineId line{0};
    bool authenticate{true};
    int challenges{0};
    bool provisional{false};
    bool abandoned{false};  ///< a newer REGISTER has taken its place
    int final_status{0};
    std::string final_bytes;
    std::string ack;
  };
  struct Server {
    sip::Message request;
    std::string branch;
    std::string tag;
    LineId line{0};
    std::string last;  ///< last response, wire bytes
    int final_status{0};
    bool acked{false};
  };

  Phone(World& world, PhoneConfig config);

  const std::string& name() const override { return config_.name; }
  void receive(LineId line, const std::string& bytes, bool reached) override;
  void closed(LineId line) override;
  void connected(LineId line) override;

  const PhoneConfig& config() const { return config_; }
  PhoneConfig& config() { return config_; }
  std::string aor() const { return "sip:" + config_.user + "@" + config_.domain; }
  std::string contact_uri() const;
  std::string contact(bool with_push) const;
  /// Where it can be connected to; its network address when it is no NATed phone.
  sip::Endpoint home() const {
    return home_of(config_.gateway != 0 ? config_.gateway : config_.number);
  }
  static sip::Endpoint home_of(int number);

  // Lines.
  LineId current_line();
  void move();   ///< a new line; the old one hears nothing any more
  void sleep();  ///< UDP: hears nothing. A connection is closed
  void mute();   ///< hears nothing, and the other side is not told
  void wake();   ///< hears again, on the old line if it can
  bool asleep() const { return asleep_; }

  // Requests.
  Draft register_draft();
  Draft initial(std::string_view method, const std::string& uri);
  Client& send(Draft draft, bool authenticate = true, std::string branch = {});
  /// Same branch and number as the INVITE (RFC 3261 section 9.1).
  Client& cancel(Client& invite, const std::string& reason);
  void ack(Dialog& dialog, const Draft& draft, std::string branch = {});

  // Responses.
  void respond(Server& server, int status, std::string_view reason, Headers extra,
               std::string_view body);

  std::deque<Client>& clients() { return clients_; }
  std::deque<Server>& servers() { return servers_; }
  std::deque<Dialog>& dialogs() { return dialogs_; }
  std::deque<Received>& inbox() { return inbox_; }
  /// What the server has sent against the rules, whatever the script expected.
  const std::vector<std::string>& problems() const { return problems_; }
  /// Answers CANCEL and BYE by itself.
  bool automatic{true};

 private:
  std::string via(LineId line, std::string_view branch) const;
  std::string contact_host() const;
  virtual void put(const sip::Message& message, LineId line, bool reached, bool skippable = false);
  void on_request(const sip::Message& request, LineId line);
  void on_ack(const sip::Message& ack, LineId line);
  void on_cancel(Server& cancel);
  void on_response(const sip::Message& response, LineId line);
  void on_final(Client& client, const sip::Message& response, LineId line);
  bool answer_challenge(Client& client, const sip::Message& response);
  void ack_failure(Client& client, const sip::Message& response);
  void transmit(Client& client);
  void repeat_request(std::size_t client, sip::Duration interval, sip::Duration spent);
  void repeat_final(std::size_t server, sip::Duration interval, sip::Duration spent);
  void reply(Server& server, const std::string& bytes);
  Server* server_for(std::string_view branch, std::string_view method);
  void note_caller_dialog(const Client& client, const sip::Message& response);
  void note_callee_dialog(const Server& server, int status);

  World& world_;
  PhoneConfig config_;
  std::optional<LineId> line_;
  bool asleep_{false};
  std::uint16_t next_port_{5060};
  std::string register_call_id_;
  std::uint32_t register_cseq_{0};
  std::uint32_t tokens_{0};
  std::deque<Client> clients_;
  std::deque<Server> servers_;
  std::deque<Dialog> dialogs_;
  std::deque<Received> inbox_;
  std::set<std::string, std::less<>> heard_;
  std::set<std::string, std::less<>> lost_;  ///< what was sent here while nobody listened
  std::vector<std::string> problems_;

  std::string token(std::string_view what);
};

}  // namespace test
