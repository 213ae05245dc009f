#include "proxy/core/registrar/registrar.hpp"

#include <algorithm>

#include "proxy/core/record/coordinates.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy::registrar {
namespace {

/// A token that changed or came damaged makes no other contact of it.
bool same_contact(std::string_view a, std::string_view b) {
  return a == b || sip::without_push_params(a) == sip::without_push_params(b);
}

/// How far behind the stored time of the last REGISTER may be. Refreshes come minutes apart, so
/// nearly each is stored; one that registers each second costs the store a row in thirty.
constexpr sip::Duration seen_step = std::chrono::seconds{30};

/// One REGISTER being carried out.
class Run {
 public:
  Run(const RegisterRequest& request, const sip::Flow& flow, UserEntry& user, Directory& directory,
      const Settings& settings, sip::Instant now)
      : request_{request},
        flow_{flow},
        user_{user},
        directory_{directory},
        settings_{settings},
        now_{now} {}

  Outcome go() {
    if (out_of_order()) {
      out_.refusal = Refusal{400, "CSeq Out Of Order", {}};
      return std::move(out_);
    }
    if (too_many_contacts()) {
      out_.refusal = Refusal{403, "Too Many Contacts", {}};
      return std::move(out_);
    }
    if (request_.remove_all) remove_all();
    for (const WantedContact& wanted : request_.contacts)
      if (wanted.expires.count() == 0) remove(wanted);
    for (const WantedContact& wanted : request_.contacts)
      if (wanted.expires.count() > 0) add(wanted);
    forget_the_unregistered();
    return std::move(out_);
  }

 private:
  DeviceEntry* find(const std::string& key) {
    for (const DeviceId id : user_.devices)
      if (DeviceEntry* d = directory_.device(id); d && d->row.key == key) return d;
    return nullptr;
  }
  DeviceEntry* find_by_contact(const std::string& uri) {
    for (const DeviceId id : user_.devices)
      for (const Contact& c : directory_.device(id)->contacts)
        if (same_contact(c.row.contact, uri)) return directory_.device(id);
    return nullptr;
  }
  /// The device a removal means: by its contact, or by instance and reg-id, or a sleeping one by
  /// its key alone. An old contact that was replaced meanwhile means nobody.
  DeviceEntry* find_to_remove(const WantedContact& wanted) {
    if (DeviceEntry* found = find_by_contact(wanted.uri)) return found;
    DeviceEntry* known = find(wanted.device_key);
    return known && (wanted.reg_id != 0 || known->contacts.empty()) ? known : nullptr;
  }
  static bool means(const WantedContact& wanted, const Contact& c) {
    if (wanted.expires.count() > 0) return c.row.reg_id == wanted.reg_id;
    return same_contact(c.row.contact, wanted.uri) ||
           (wanted.reg_id != 0 && c.row.reg_id == wanted.reg_id);
  }

  /// RFC 3261 section 10.3 step 7: a binding that came with the same Call-ID needs a higher CSeq,
  /// or nothing of the REGISTER is done.
  bool out_of_order() {
    for (const DeviceId id : user_.devices) {
      const DeviceEntry& device = *directory_.device(id);
      for (const Contact& c : device.contacts)
        if (c.row.call_id == request_.call_id && c.row.cseq >= request_.cseq && touches(device, c))
          return true;
    }
    return false;
  }
  bool touches(const DeviceEntry& device, const Contact& c) const {
    if (request_.remove_all) return true;
    return std::ranges::any_of(request_.contacts, [&](const WantedContact& wanted) {
      return c.row.contact == wanted.uri ||
             (device.row.key == wanted.device_key && c.row.reg_id == wanted.reg_id);
    });
  }

  bool too_many_contacts() {
    std::size_t count = 0;
    for (const DeviceId id : user_.devices) count += directory_.device(id)->contacts.size();
    for (const WantedContact& wanted : request_.contacts) {
      const DeviceEntry* known =
          wanted.expires.count() == 0 ? find_to_remove(wanted) : find(wanted.device_key);
      const bool replaces = known && std::ranges::any_of(known->contacts, [&](const Contact& c) {
                              return means(wanted, c);
                            });
      if (wanted.expires.count() == 0 && replaces && count > 0) --count;
      if (wanted.expires.count() > 0 && !replaces) ++count;
    }
    const auto own = user_.row.max_contacts;
    return count > (own != 0 ? own : settings_.registrar.max_contacts);
  }

  void remember(DeviceId id) {
    for (const auto& [known, entry] : out_.before)
      if (known == id) return;
    const DeviceEntry* entry = directory_.device(id);
    out_.before.emplace_back(id, entry ? std::optional{*entry} : std::nullopt);
  }

  void drop_contact(DeviceEntry& device, std::int64_t binding) {
    remember(device.row.id);
    directory_.remove_contact(device, binding);
    out_.rows.emplace_back(record::Erase{record::Table::binding, binding});
  }

  void remove_all() {
    const auto on_this_flow = directory_.on_flow(flow_);
    for (const DeviceId id : user_.devices) {
      DeviceEntry& device = *directory_.device(id);
      // Only the phone that asks is told apart as leaving; the others merely lose their contact.
      if (std::ranges::find(on_this_flow, id) != on_this_flow.end()) leaving_.push_back(id);
      while (!device.contacts.empty()) drop_contact(device, device.contacts.back().row.id);
    }
  }

  void remove(const WantedContact& wanted) {
    DeviceEntry* device = find_to_remove(wanted);
    if (!device) return;
    leaving_.push_back(device->row.id);
    const auto contacts = device->contacts;
    for (const Contact& c : contacts)
      if (means(wanted, c)) drop_contact(*device, c.row.id);
  }

  void add(const WantedContact& wanted) {
    DeviceEntry* device = find(wanted.device_key);
    if (!device) device = &create(wanted);
    remember(device->row.id);
    update_row(*device, wanted);
    take_token_over(*device);
    put_contact(*device, wanted);
    out_.came.push_back(device->row.id);
  }

  DeviceEntry& create(const WantedContact& wanted) {
    make_room();
    record::Device row;
    row.id = directory_.next_device_id();
    row.user_id = user_.row.id;
    row.key = wanted.device_key;
    row.first_seen = now_.wall;
    out_.before.emplace_back(row.id, std::nullopt);
    return directory_.add_device(std::move(row));
  }

  /// The device that has been asleep longest makes room for a new one.
  void make_room() {
    if (user_.devices.size() < settings_.limits.devices_per_user) return;
    const DeviceEntry* oldest = nullptr;
    for (const DeviceId id : user_.devices) {
      const DeviceEntry* d = directory_.device(id);
      if (d->contacts.empty() && (!oldest || d->row.last_register < oldest->row.last_register))
        oldest = d;
    }
    if (oldest) forget(oldest->row.id);
  }

  void update_row(DeviceEntry& device, const WantedContact& wanted) {
    const record::Device old = device.row;
    device.row.instance = wanted.instance;
    device.row.user_agent = request_.user_agent;
    if (device.row.push != wanted.push && !record::is_damaged(wanted.push, device.row.push)) {
      device.row.environment = record::Environment::as_registered;
      directory_.set_push(device, wanted.push);
    }
    device.row.wakes_itself = wanted.wakes_itself;
    device.row.token_dead.clear();  // a newer REGISTER contradicts the push service
    device.row.token_dead_at = {};
    const bool changed = device.row != old || old.last_register == record::WallTime{};
    device.row.last_register = now_.wall;
    const bool behind = std::chrono::abs(now_.wall - device.seen_stored) >= seen_step;
    if (changed) out_.rows.emplace_back(device.row);
    if (!changed && behind) out_.rows.emplace_back(record::DeviceSeen{device.row.id, now_.wall});
    if (changed || behind) device.seen_stored = now_.wall;
  }

  /// The same token under another instance: the newest wins. Under another user: both keep it.
  void take_token_over(const DeviceEntry& device) {
    for (const DeviceId other : directory_.with_token(device.row.push)) {
      DeviceEntry& loser = *directory_.device(other);
      if (other == device.row.id || loser.row.instance == device.row.instance) continue;
      remember(other);
      if (loser.row.user_id == device.row.user_id) out_.moved.emplace_back(other, device.row.id);
      directory_.set_push(loser, {});
      loser.row.token_dead = "superseded: another phone registered this token";
      loser.row.token_dead_at = now_.wall;
      out_.rows.emplace_back(loser.row);
    }
  }

  void put_contact(DeviceEntry& device, const WantedContact& wanted) {
    const auto same = std::ranges::find_if(device.contacts, [&](const Contact& c) {
      return c.row.reg_id == wanted.reg_id || wanted.reg_id == 0;
    });
    Contact contact;
    contact.row = {same == device.contacts.end() ? directory_.next_binding_id() : same->row.id,
                   device.row.id,
                   wanted.reg_id,
                   wanted.uri,
                   sip::to_string(flow_),
                   request_.call_id,
                   request_.cseq,
                   wanted.q,
                   request_.path,
                   now_.wall + wanted.expires};
    contact.flow = flow_;
    contact.expires = now_.mono + wanted.expires;
    contact.order = directory_.next_order();
    write_contact(same == device.contacts.end() ? nullptr : &same->row, contact.row);
    if (wanted.reg_id == 0)  // without reg-id the newest REGISTER replaces the device's contacts
      drop_others(device, contact.row.id);
    directory_.put_contact(device, std::move(contact));
    directory_.touch(flow_, now_.mono);
  }

  void drop_others(DeviceEntry& device, std::int64_t keep) {
    const auto contacts = device.contacts;
    for (const Contact& c : contacts) {
      if (c.row.id != keep) {
        drop_contact(device, c.row.id);
      } else if (c.row.reg_id != 0) {
        directory_.remove_contact(device, keep);  // it comes back without a reg-id
      }
    }
  }

  /// A refresh is one narrow row; anything else writes the whole contact.
  void write_contact(const record::Binding* old, const record::Binding& row) {
    const bool refresh = old && old->call_id == row.call_id && old->q == row.q &&
                         old->path == row.path && old->reg_id == row.reg_id;
    if (refresh) {
      out_.rows.emplace_back(
          record::BindingRefresh{row.id, row.cseq, row.expires_at, row.flow, row.contact});
    } else {
      out_.rows.emplace_back(row);
    }
  }

  /// Judged after the whole REGISTER: a network change removes the old contact beside the new one.
  void forget_the_unregistered() {
    for (const DeviceId id : leaving_) {
      const DeviceEntry* device = directory_.device(id);
      if (device && device->contacts.empty()) forget(id);
    }
  }

  void forget(DeviceId id) {
    remember(id);
    directory_.remove_device(id);
    out_.rows.emplace_back(record::Erase{record::Table::device, id});
    out_.went.push_back(id);
  }

  const RegisterRequest& request_;
  const sip::Flow& flow_;
  UserEntry& user_;
  Directory& directory_;
  const Settings& settings_;
  sip::Instant now_;
  Outcome out_;
  std::vector<DeviceId> leaving_;
};

}  // namespace

Outcome carry_out(const RegisterRequest& request, const sip::Flow& flow, UserEntry& user,
                  Directory& directory, const Settings& settings, sip::Instant now) {
  return Run{request, flow, user, directory, settings, now}.go();
}

void undo(Outcome& outcome, Directory& directory) {
  for (auto& [id, entry] : outcome.before) directory.restore(id, std::move(entry));
  outcome.before.clear();
}

std::vector<std::string> contact_list(const UserEntry& user, const Directory& directory,
                                      sip::TimePoint now, const sip::Flow& flow,
                                      const MoreParams& more) {
  std::vector<std::string> out;
  for (const DeviceId id : user.devices) {
    const DeviceEntry* device = directory.device(id);
    if (!device) continue;
    for (const Contact& c : device->contacts) {
      const auto left = std::chrono::duration_cast<std::chrono::seconds>(c.expires - now);
      std::string line{"<"};
      line += c.flow == flow ? c.row.contact : sip::without_push_params(c.row.contact);
      line += ">;expires=" + std::to_string(left.count());
      if (!device->row.instance.empty())
        line += ";+sip.instance=\"<" + device->row.instance + ">\"";
      if (c.row.q != 1000) line += ";q=0." + std::to_string(1000 + c.row.q).substr(1);
      if (c.row.reg_id != 0) line += ";reg-id=" + std::to_string(c.row.reg_id);
      if (more) line += more(*device, c);
      out.push_back(std::move(line));
    }
  }
  return out;
}

}  // namespace proxy::registrar
