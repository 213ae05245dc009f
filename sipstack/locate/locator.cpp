#include "sipstack/locate/locator.hpp"

#include <algorithm>
#include <utility>

#include "sipstack/locate/bounds.hpp"
#include "sipstack/locate/name.hpp"

namespace sip::locate {

std::optional<Wanted> Wanted::from(const UriView& uri) {
  if (!uri.is_sip()) return std::nullopt;
  Wanted out{std::string{uri.host}, uri.port, std::nullopt, uri.is_sips()};
  if (const auto maddr = uri.params.value("maddr"); maddr && !maddr->empty()) out.host = *maddr;
  if (const auto name = uri.params.value("transport")) {
    out.transport = parse_transport(*name);
    if (!out.transport) return std::nullopt;
  }
  return out;
}

Locator::Locator(Wanted wanted, std::vector<Transport> supported)
    : wanted_{std::move(wanted)}, supported_{std::move(supported)} {
  // A sips URI with transport=tcp means TLS over TCP (RFC 3261 section 19.1.2).
  if (!wanted_.secure || !wanted_.transport) return;
  const bool web = *wanted_.transport == Transport::ws || *wanted_.transport == Transport::wss;
  wanted_.transport = web ? Transport::wss : Transport::tls;
}

/// RFC 3263 section 4.1: UDP for sip, TLS for sips, when nobody says more.
Transport Locator::default_transport() const {
  if (wanted_.transport) return *wanted_.transport;
  return wanted_.secure ? Transport::tls : Transport::udp;
}

bool Locator::can(Transport transport) const {
  return std::find(supported_.begin(), supported_.end(), transport) != supported_.end();
}

std::vector<Question> Locator::ask(std::vector<Question> questions) {
  open_ = questions;
  return questions;
}

std::vector<Question> Locator::begin() {
  const auto transport = default_transport();
  const auto port = wanted_.port != 0 ? wanted_.port : default_port(transport);
  if (const auto address = Address::parse(wanted_.host)) {
    if (can(transport)) located_.ways.push_back({transport, 0, 0, 0, port, {}, {*address}});
    return {};
  }
  auto name = canonical_name(wanted_.host);
  if (!name) {
    fail(Failure::no_name);
    return {};
  }
  wanted_.host = std::move(*name);
  if (wanted_.transport && !can(*wanted_.transport)) return {};
  if (wanted_.port != 0) {
    if (!can(transport)) return {};
    located_.ways.push_back({transport, 0, 0, 0, port, wanted_.host, {}});
    return ask_addresses();
  }
  if (!wanted_.transport) return ask({{wanted_.host, Kind::naptr}});
  services_.push_back({*wanted_.transport, srv_name(*wanted_.transport, wanted_.host)});
  return ask_services();
}

std::vector<Question> Locator::ask_services() {
  stage_ = Stage::srv;
  std::vector<Question> questions;
  for (const Service& service : services_) {
    Question question{service.name, Kind::srv};
    if (std::find(questions.begin(), questions.end(), question) == questions.end())
      questions.push_back(std::move(question));
  }
  return ask(std::move(questions));
}

std::vector<Question> Locator::ask_addresses() {
  stage_ = Stage::address;
  std::vector<Question> questions;
  for (const Way& way : located_.ways) {
    Question question{way.host, Kind::address};
    if (std::find(questions.begin(), questions.end(), question) == questions.end())
      questions.push_back(std::move(question));
  }
  return ask(std::move(questions));
}

std::vector<Question> Locator::on_answer(const Question& question, const Answer& answer) {
  const auto at = std::find(open_.begin(), open_.end(), question);
  if (at == open_.end()) return {};
  open_.erase(at);
  const Owned found = owned(question, answer);
  if (!found.records.empty()) shorten(found.ttl);
  const bool authoritative = answer.failure == Failure::none || answer.failure == Failure::no_name;
  // A server that knows SRV may still stumble over NAPTR; one that is silent is silent for all.
  const bool bearable = stage_ == Stage::naptr && answer.failure != Failure::timeout;
  if (!authoritative && !bearable) trouble_ = answer.failure;

  if (stage_ == Stage::naptr) {
    if (trouble_) {
      fail(*trouble_);
      return {};
    }
    services_ = choose_services(found.records, supported_, wanted_.secure);
    if (services_.empty())
      for (const Transport transport : supported_)
        if (!wanted_.secure || is_secure(transport))
          services_.push_back({transport, srv_name(transport, wanted_.host)});
    if (services_.empty()) return {};
    return ask_services();
  }
  if (stage_ == Stage::srv) {
    for (std::uint32_t i = 0; i < services_.size(); ++i)
      if (services_[i].name == question.name) take_services(found, i);
    return open_.empty() ? after_services() : std::vector<Question>{};
  }
  take_addresses(question, found);
  if (open_.empty()) finish();
  return {};
}

void Locator::take_services(const Owned& owned, std::uint32_t rank) {
  for (const Record& record : owned.records) {
    const auto& srv = std::get<Srv>(record.data);
    if (srv.target.empty() || srv.target == ".") {
      no_service_ = true;
      continue;
    }
    auto host = canonical_name(srv.target);
    if (!host || srv.port == 0) continue;
    located_.ways.push_back({services_[rank].transport,
                             rank,
                             srv.priority,
                             srv.weight,
                             srv.port,
                             std::move(*host),
                             {}});
  }
}

std::vector<Question> Locator::after_services() {
  auto& ways = located_.ways;
  std::stable_sort(ways.begin(), ways.end(), [](const Way& a, const Way& b) {
    return std::pair{a.rank, a.priority} < std::pair{b.rank, b.priority};
  });
  if (ways.size() > ways_max) ways.resize(ways_max);
  if (!ways.empty()) return ask_addresses();
  if (trouble_) {
    fail(*trouble_);
    return {};
  }
  if (no_service_) return {};
  // RFC 3263 section 4.2: no SRV record at all, so the name itself at the default port.
  const bool chosen = wanted_.transport || services_.size() == 1;
  const auto transport = chosen ? services_.front().transport : default_transport();
  if (!can(transport)) return {};
  ways.push_back({transport, 0, 0, 0, default_port(transport), wanted_.host, {}});
  return ask_addresses();
}

void Locator::take_addresses(const Question& question, const Owned& owned) {
  for (Way& way : located_.ways) {
    if (way.host != question.name) continue;
    for (const Record& record : owned.records) {
      const auto& address = std::get<Address>(record.data);
      const bool known =
          std::find(way.addresses.begin(), way.addresses.end(), address) != way.addresses.end();
      if (known || address.is_unspecified() || way.addresses.size() == addresses_max) continue;
      way.addresses.push_back(address);
    }
  }
}

void Locator::finish() {
  std::erase_if(located_.ways, [](const Way& way) { return way.addresses.empty(); });
  if (located_.ways.empty()) fail(trouble_.value_or(Failure::no_name));
}

void Locator::fail(Failure failure) {
  open_.clear();
  located_ = {{}, std::chrono::seconds{0}, failure};
}

void Locator::shorten(std::chrono::seconds ttl) {
  located_.ttl = any_ttl_ ? std::min(located_.ttl, ttl) : ttl;
  any_ttl_ = true;
}

}  // namespace sip::locate
