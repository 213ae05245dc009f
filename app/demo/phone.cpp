#include "app/demo/phone.hpp"

#include <algorithm>
#include <utility>

namespace app::demo {
namespace {

sip::net::Settings loopback(sip::Transport transport) {
  sip::net::Settings settings;
  sip::net::Settings::Listener listener;
  listener.transport = transport;
  listener.address = {sip::Address::v4(0x7F000001), 0};
  settings.listeners.push_back(listener);
  return settings;
}

AgentSettings completed(PhoneSettings settings, const sip::net::Network& network) {
  settings.agent.local = network.bound().front().endpoint.to_string();
  settings.agent.server = sip::Flow{settings.transport, 0, settings.server, 0};
  return std::move(settings.agent);
}

}  // namespace

sip::TimePoint phone_time() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return sip::TimePoint{std::chrono::duration_cast<sip::Duration>(since)};
}

Phone::Phone(boost::asio::io_context& io, PhoneSettings settings, sip::IdSource& ids)
    : timer_{io},
      network_{io, loopback(settings.transport), *this},
      agent_{completed(std::move(settings), network_), ids} {
  network_.start();
}
Phone::~Phone() = default;

void Phone::register_contact(std::chrono::seconds expires) {
  agent_.register_contact(expires, phone_time(), out_);
  deliver();
}

std::string Phone::call(std::string_view callee_uri) {
  auto call_id = agent_.call(callee_uri, phone_time(), out_);
  deliver();
  return call_id;
}

void Phone::cancel(std::string_view call_id) {
  agent_.cancel(call_id, phone_time(), out_);
  deliver();
}

void Phone::hang_up(std::string_view call_id) {
  agent_.hang_up(call_id, phone_time(), out_);
  deliver();
}

void Phone::switch_off() {
  on_ = false;
  timer_.cancel();
  network_.shut();
}

std::size_t Phone::count(Sight what, std::string_view call_id) const {
  return static_cast<std::size_t>(std::ranges::count_if(sightings_, [&](const Sighting& s) {
    return s.what == what && (call_id.empty() || s.call_id == call_id);
  }));
}

const Sighting* Phone::first(Sight what, std::string_view call_id) const {
  const auto found = std::ranges::find_if(sightings_, [&](const Sighting& s) {
    return s.what == what && (call_id.empty() || s.call_id == call_id);
  });
  return found == sightings_.end() ? nullptr : &*found;
}

void Phone::on_message(const sip::Flow& flow, std::string bytes) {
  if (!on_) return;
  agent_.on_message(std::move(bytes), flow, phone_time(), out_);
  deliver();
}

void Phone::on_closed(const sip::Flow& flow) {
  if (!on_) return;
  agent_.on_flow_closed(flow, phone_time(), out_);
  deliver();
}

void Phone::deliver() {
  for (const auto& transmit : std::exchange(out_.wire.transmits, {}))
    network_.send(transmit.flow, transmit.bytes);
  network_.flush();
  std::ranges::move(out_.sightings, std::back_inserter(sightings_));
  out_.sightings.clear();
  wait_for_deadline();
}

void Phone::wait_for_deadline() {
  const auto next = agent_.next_deadline();
  if (!next) return;
  timer_.expires_at(std::chrono::steady_clock::time_point{next->time_since_epoch()});
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || !on_) return;
    agent_.on_deadline(phone_time(), out_);
    deliver();
  });
}

}  // namespace app::demo
