#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/core/engine/core.hpp"
#include "proxy/core/trunk/registration.hpp"
#include "proxy/core/view/trunk_state.hpp"

namespace proxy {

/// What we do at trunks of our own accord: register there, and ask their targets whether they are
/// there. A target that does not answer comes last until it does.
class TrunkDesk {
 public:
  explicit TrunkDesk(Core& core) : core_{core} {}

  /// Trunks may be others, or elsewhere, since the last step.
  void follow();
  bool on_response(sip::transaction::ClientId client, const Message& response);
  bool on_client_lost(sip::transaction::ClientId client);
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const;
  /// How it stands with every trunk, but for the calls on it.
  std::vector<view::TrunkState> states() const;

 private:
  using Target = sip::locate::Target;
  struct Probe {
    sip::TimePoint due{};
    bool under_way{false};
    std::optional<bool> up{};  ///< nothing: not known yet
  };
  struct Live {
    record::Trunk row;
    std::optional<trunk::Registration> registration;
    sip::Flow registered_by{};
    std::map<Target, Probe> probes;
  };
  struct Errand {  ///< a request under way
    std::int64_t trunk{0};
    sip::Flow flow;
    bool probe{false};
  };
  /// Somewhere we are no more: the contact is taken away, which the provider may challenge.
  struct Leaving {
    Live live;
    unsigned asked{0};
  };
  void leave(Live live);
  void send_farewell(Leaving leaving);
  bool on_farewell(sip::transaction::ClientId client, const Message* response);
  void run(Live& live);
  void send_register(Live& live);
  void send_probe(Live& live, const Target& target, Probe& probe);
  trunk::Registration::Means means_for(const Live& live, const sip::Flow& flow,
                                       std::string_view branch, std::string_view what) const;
  void probed(Live& live, const sip::Flow& flow, bool up, const std::string& why);
  void report_registration(const Live& live, trunk::Registration::State before) const;

  Core& core_;
  std::map<std::int64_t, Live> trunks_;
  std::unordered_map<sip::transaction::ClientId, Errand> errands_;
  std::unordered_map<sip::transaction::ClientId, Leaving> leaving_;
};

}  // namespace proxy
