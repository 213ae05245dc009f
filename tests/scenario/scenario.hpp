#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/scenario/script.hpp"
#include "tests/support/phone.hpp"
#include "tests/support/world.hpp"

namespace test {

/// Plays one script against an engine of its own.
class Scenario {
 public:
  enum class Mode : std::uint8_t {
    strict,  ///< everything the server sends must be expected, at its time
    loose,   ///< only what the script's parties do is done; what comes is not compared
  };
  Scenario(const Script& script, Mode mode, Faults faults = {});
  ~Scenario();
  Scenario(Scenario&&) = delete;

  /// Throws ScriptError: file, line, what was wrong, the trace.
  void play();
  /// The parties answer what is still open as a well-behaved phone would; then time passes.
  void wind_down(sip::Duration time);

  World& world() { return *world_; }
  std::vector<std::unique_ptr<Phone>>& phones() { return phones_; }

 private:
  struct CallNote {
    std::string label;
    std::string call_id;
    Phone* caller{nullptr};
    std::size_t client{0};  ///< index among the caller's clients
  };
  struct PartyPlan {
    PhoneConfig config;
    bool peer{false};
    bool trusted{false};
    bool is_default{false};
    bool has_account{true};
    std::string tcp;  ///< of a peer over UDP: what comes of connecting to it
  };

  [[noreturn]] static void fail(const std::string& why) { throw ScriptError{why}; }
  void run(const Command& command);
  void run_loose(const Command& command);

  // Setting up.
  bool set_up(const Command& command);
  void plan_party(const Command& command);
  void start();
  void add_row(const Command& command);
  void change_trunk(const Command& command);
  std::string target_lines(const std::string& list) const;
  static void read_identity(const Command& command, PhoneConfig& config);

  // "> X ..." and "! ..."
  void act(const Command& command);
  void send_response(Phone& phone, const Command& command);
  void send_initial(Phone& phone, const std::string& method, const Command& command);
  void send_in_dialog(Phone& phone, const std::string& method, const Command& command);
  void send_register(Phone& phone, const Command& command);
  void send_copy(Phone& phone, const Command& command);
  void send_back(Phone& phone, const Command& command);
  void send_stray(Phone& phone, const Command& command);
  void send_cancel(Phone& phone, const Command& command);
  void edit(Draft& draft, const Command& command);
  static void replay(Draft& draft, Phone& owner);
  void dispatch(Phone& phone, Draft draft, const Command& command);
  void happen(const Command& command);
  void happen_to_phone(Phone& phone, const Command& command);
  void test_ring(const Phone& who);
  LineId line_of(Phone& phone, const Command& command);
  void plan_push(const Command& command);
  void registered(const Command& command);

  // "< X ...", "x X ...", "end"
  void expect(const Command& command);
  void expect_push(const Command& command);
  void expect_drop(const Command& command);
  std::optional<std::string> mismatch(const Received& received, const Command& command);
  std::optional<std::string> option_mismatch(const sip::Message& message, const Option& option,
                                             const Received& received);
  void check(const Command& command);
  void check_call(const Command& command, const Option& option);
  void check_wakes(const Option& option);
  void check_ring(const Option& option);
  std::vector<proxy::record::MessageHead> heads_of(const proxy::record::Call& call);
  const proxy::record::Device* device_row(const PhoneConfig& config);
  void check_idle();
  void check_rules();
  void check_tokens();
  bool is_dead_name(std::string_view flow) const;
  bool refuses_tcp(std::string_view flow) const;

  Phone& phone(const std::string& name);
  std::string uri_for(const std::string& target) const;
  /// The temporary GRUU in the first Contact of the phone's `number`th 200 to REGISTER.
  std::string gruu_of(std::string_view name, std::size_t number) const;
  /// The call a line speaks of: its "call=" or the newest. Nothing when there is none.
  const CallNote* call_of(const Command& command) const;
  bool is_call(const Command& command, std::string_view call_id) const;
  const Draft& invite_of(const CallNote& call) const;
  bool strict() const { return mode_ == Mode::strict; }
  /// What came at `at` may be read now.
  bool timely(sip::Duration at) const { return at >= readable_from_; }

  const Script& script_;
  Mode mode_;
  Faults faults_;
  proxy::Settings settings_;
  std::vector<PartyPlan> plans_;
  std::vector<Command> rows_;   ///< trunks and routes
  std::vector<Command> names_;  ///< what the name servers say from the start
  std::unique_ptr<World> world_;
  std::vector<std::unique_ptr<Phone>> phones_;
  std::vector<CallNote> calls_;
  sip::Duration readable_from_{0};
};

/// "bob" of "sip:bob@example.com" or of a whole From value.
std::string user_of(std::string_view name_addr);

}  // namespace test
