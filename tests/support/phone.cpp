#include "tests/support/phone.hpp"

#include "sipstack/message/names.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/reply.hpp"

namespace test {

Phone::Phone(World& world, PhoneConfig config) : world_{world}, config_{std::move(config)} {
  register_call_id_ = "reg-" + config_.name + "@phone";
}

std::string Phone::token(std::string_view what) {
  return std::string{what} + "-" + config_.name + "-" + std::to_string(++tokens_);
}

// --- addresses -----------------------------------------------------------------------------------

sip::Endpoint Phone::home_of(int number) {
  // TEST-NET-3 (RFC 5737), one address a party.
  return {sip::Address::v4(0xCB007100U + static_cast<std::uint32_t>(number)), 5060};
}

std::string Phone::contact_host() const {
  if (!config_.lan) return "192.168.7." + std::to_string(config_.number) + ":5060";
  if (config_.transport == sip::Transport::udp && line_)
    return world_.line(*line_).flow.peer.to_string();
  return home().to_string();
}

std::string Phone::contact_uri() const {
  std::string uri = "sip:" + config_.user + "@" + contact_host();
  if (config_.transport != sip::Transport::udp)
    uri += ";transport=" + std::string{sip::to_string(config_.transport)};
  return uri;
}

std::string Phone::contact(bool with_push) const {
  std::string text = "<" + contact_uri();
  if (with_push && !config_.provider.empty())
    text += ";pn-provider=" + config_.provider +
            (config_.param.empty() ? "" : ";pn-param=" + config_.param) +
            ";pn-prid=" + config_.prid;
  text += ">";
  if (!config_.instance.empty()) text += ";+sip.instance=\"<urn:uuid:" + config_.instance + ">\"";
  if (config_.reg_id != 0) text += ";reg-id=" + std::to_string(config_.reg_id);
  if (!config_.q.empty()) text += ";q=" + config_.q;
  return text;
}

std::string Phone::via(LineId line, std::string_view branch) const {
  const auto transport = world_.line(line).flow.transport;
  return "SIP/2.0/" + std::string{sip::via_name(transport)} + " " + contact_host() +
         ";branch=" + std::string{branch} + (config_.rport ? ";rport" : "") +
         (config_.alias ? ";alias" : "");
}

// --- lines ---------------------------------------------------------------------------------------

LineId Phone::current_line() {
  if (!line_ || world_.line(*line_).state == Line::State::closed) {
    auto at = home();
    if (!config_.lan || config_.transport != sip::Transport::udp) at.port = 40'000;
    at.port = static_cast<std::uint16_t>(at.port + (next_port_++ - 5060));
    if (config_.gateway != 0) at.port = static_cast<std::uint16_t>(at.port + 100 * config_.number);
    line_ = world_.open(*this, config_.transport, at, config_.certificate);
  }
  return *line_;
}

void Phone::move() {
  if (line_) world_.mute(*line_, true);
  line_.reset();
  asleep_ = false;
  current_line();
}

void Phone::sleep() {
  asleep_ = true;
  if (line_) world_.close(*line_);
}

void Phone::mute() {
  asleep_ = true;
  if (line_) world_.mute(*line_, true);
}

void Phone::wake() {
  asleep_ = false;
  world_.mute(current_line(), false);
}

void Phone::closed(LineId line) {
  if (line_ == line) line_.reset();
}

void Phone::connected(LineId line) {
  if (!line_) line_ = line;
}

// --- what comes in -------------------------------------------------------------------------------

void Phone::put(const sip::Message& message, LineId line, bool reached, bool skippable) {
  inbox_.push_back({message, line, reached, skippable, world_.elapsed()});
}

void Phone::receive(LineId line, const std::string& bytes, bool reached) {
  const auto message = sip::Message::parse(bytes);
  if (!message || message->fault()) {
    problems_.push_back("cannot be read: " + bytes);
    return;
  }
  if (!reached) {
    // A copy of what was lost before is a retransmission: told once.
    if (!heard_.contains(bytes) && lost_.insert(bytes).second) put(*message, line, false);
    return;
  }
  heard_.insert(bytes);
  if (message->is_request()) {
    if (const auto fault = sip::check_request(*message); fault.status != 0)
      problems_.push_back("deserves " + fault.reason + ": " + summary(bytes));
    on_request(*message, line);
  } else {
    on_response(*message, line);
  }
}

}  // namespace test
