#include "proxy/core/engine/keep_alive_desk.hpp"

#include <algorithm>
#include <string>

#include "proxy/core/trunk/registration.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using KeepAlive = Settings::Nat::KeepAlive;

namespace {

constexpr int most_a_step = 100;
constexpr std::int64_t scatter = 7'919;  ///< a prime: ids that follow each other lie far apart

}  // namespace

void KeepAliveDesk::restore(const record::Snapshot& snapshot) {
  const auto& nat = core_.settings->nat;
  if (nat.keep_alive == KeepAlive::off) return;
  for (const auto& row : snapshot.bindings)
    due_.set(row.id, core_.now.mono + sip::Duration{row.id * scatter % nat.interval.count()});
}

void KeepAliveDesk::device_registered(DeviceKey device) {
  const auto& nat = core_.settings->nat;
  const auto* entry = core_.directory.device(device);
  if (nat.keep_alive == KeepAlive::off || entry == nullptr) return;
  for (const auto& contact : entry->contacts)
    if (needs_it(contact)) due_.set(contact.row.id, core_.now.mono + nat.interval);
}

/// RFC 3581: what comes from elsewhere than it says comes through a NAT. A phone behind another
/// proxy is that one's.
bool KeepAliveDesk::needs_it(const registrar::Contact& contact) const {
  if (contact.flow.reliable() || !contact.row.path.empty()) return false;
  const auto uri = sip::UriView::parse(contact.row.contact);
  return uri && uri->host != contact.flow.peer.address.to_string();
}

void KeepAliveDesk::on_deadline() {
  for (int i = 0; i < most_a_step; ++i) {
    const auto binding = due_.pop_due(core_.now.mono);
    if (!binding) return;
    run(*binding);
  }
}

void KeepAliveDesk::run(std::int64_t binding) {
  const auto& nat = core_.settings->nat;
  const auto id = core_.directory.device_of_binding(binding);
  const auto* device = id ? core_.directory.device(*id) : nullptr;
  if (nat.keep_alive == KeepAlive::off || device == nullptr) return;
  const auto contact =
      std::ranges::find(device->contacts, binding, [](const auto& c) { return c.row.id; });
  if (contact == device->contacts.end() || !needs_it(*contact)) return;
  due_.set(binding, core_.now.mono + nat.interval);
  if (nat.keep_alive == KeepAlive::options) return ask(contact->flow, contact->row.contact);
  core_.send(contact->flow, "\r\n\r\n");
}

/// Without a transaction: whether and what it answers changes nothing.
void KeepAliveDesk::ask(const sip::Flow& flow, std::string_view contact) {
  const auto branch = core_.transactions.new_branch();
  const auto& domain = core_.settings->domains.front();
  const std::string number = std::to_string(core_.ids.next());
  core_.send(flow, trunk::build_probe(sip::without_push_params(contact),
                                      {core_.via(flow, branch.text),
                                       "<sip:" + core_.local_host_port(flow) + ">",
                                       number + '@' + domain,
                                       number,
                                       {}}));
}

}  // namespace proxy
