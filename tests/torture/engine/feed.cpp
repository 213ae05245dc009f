#include "tests/torture/engine/feed.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sipstack/message/reply.hpp"

namespace torture {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t port = 5060;
constexpr sip::WallTime epoch{1'767'225'600s};
constexpr sip::Duration longest_step = std::chrono::hours{2};

sip::Endpoint endpoint(const char* text) { return *sip::Endpoint::parse(text); }

std::shared_ptr<const proxy::Settings> make_settings() {
  proxy::Settings s;
  s.domains = {"example.com"};
  s.aliases = {"192.0.2.1"};
  s.auth.algorithms = {"SHA-512-256", "SHA-256", "MD5"};
  s.auth.trusted = {{*sip::AddressBlock::parse("198.51.100.1"), std::nullopt}};
  s.abuse.exempt = {*sip::AddressBlock::parse("0.0.0.0/0"), *sip::AddressBlock::parse("::/0")};
  s.wake.unknown_devices = true;
  s.webhook = proxy::Settings::Webhook{"http://127.0.0.1:9/", "secret"};
  s.pbx = proxy::Settings::Pbx{"203.0.113.9", port};
  for (const auto transport : {sip::Transport::udp, sip::Transport::tcp})
    s.locals.push_back({transport, endpoint("192.0.2.1:5060"), "192.0.2.1", port});
  return std::make_shared<const proxy::Settings>(std::move(s));
}

/// Bob has a phone that can be woken and one that is reached over UDP.
proxy::record::Snapshot snapshot() {
  proxy::record::Snapshot rows;
  rows.settings.push_back({"signing_key", std::string(32, 'k')});
  proxy::record::User bob;
  bob.id = 1;
  bob.aor = "bob@example.com";
  bob.ha1_md5 = std::string(32, 'a');
  rows.users.push_back(bob);
  proxy::record::Device mobile;
  mobile.id = 1;
  mobile.user_id = 1;
  mobile.key = "i:mobile";
  mobile.instance = "mobile";
  mobile.push = {"webhook", "app", "token"};
  rows.devices.push_back(mobile);
  proxy::record::Device desk;
  desk.id = 2;
  desk.user_id = 1;
  desk.key = "i:desk";
  desk.instance = "desk";
  rows.devices.push_back(desk);
  proxy::record::Binding binding;
  binding.id = 1;
  binding.device_id = 2;
  binding.contact = "sip:bob@198.51.100.2:5060";
  binding.flow = "udp:0:198.51.100.2:5060";
  binding.call_id = "reg";
  binding.cseq = 1;
  binding.expires_at = epoch + std::chrono::hours{1000};
  rows.bindings.push_back(binding);
  rows.last_ids = {1, 2, 1, 0, 0, 0};
  return rows;
}

void expect(bool promise, const std::string& what) {
  if (!promise) throw std::logic_error{what};
}

/// Takes bytes off the front of a program.
class Program {
 public:
  explicit Program(std::string_view bytes) : rest_{bytes} {}
  bool at_end() const { return rest_.empty(); }
  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  unsigned word() {
    const unsigned high = byte();
    return high << 8 | byte();
  }
  std::string_view text(std::size_t size) {
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::uint64_t Feed::Ids::next() {
  state_ += 0x9E3779B97F4A7C15ULL;  // splitmix64
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

Feed::Feed() : settings_{make_settings()}, engine_{settings_, ids_} {
  engine_.restore(snapshot(), instant(), out_);
  drain();
}

sip::Instant Feed::instant() const { return {now_, epoch + now_.time_since_epoch()}; }

sip::Flow Feed::flow(unsigned source) const {
  static const std::array peers{endpoint("198.51.100.3:5060"), endpoint("198.51.100.1:5060"),
                                endpoint("198.51.100.2:5060"), endpoint("[2001:db8::3]:5060")};
  return {sip::Transport::udp, 0, peers[source % peers.size()], 0};
}

sip::Flow Feed::stream(unsigned connection) const {
  auto result = flow(connection);
  result.transport = sip::Transport::tcp;
  result.listener = 1;
  result.connection = numbers_[connection % connections];
  return result;
}

void Feed::tell(proxy::Event event) {
  engine_.on(std::move(event), instant(), out_);
  drain();
}

void Feed::check(const proxy::Send& send) {
  sip::Limits wide;
  wide.message_bytes = wide.header_bytes = wide.header_line_bytes = send.bytes->size() + 1;
  wide.headers = 250;
  const auto message = sip::Message::parse(*send.bytes, wide);
  expect(message.has_value(), "sends what cannot be read: " + *send.bytes);
  expect(send.after <= written_, "waits for a batch that was never written");
  if (!message->is_request() || message->method() == sip::Method::ack) return;
  last_request_ = send;
}

void Feed::drain() {
  while (!out_.empty()) {
    for (proxy::Action& action : out_.drain()) {
      if (const auto* write = std::get_if<proxy::Write>(&action)) written_ = write->seq;
      if (const auto* push = std::get_if<proxy::Push>(&action)) pushes_.push_back(push->id);
      const auto* send = std::get_if<proxy::Send>(&action);
      if (!send) continue;
      last_sent_ = *send->bytes;
      check(*send);
    }
  }
}

void Feed::datagram(unsigned source, std::string bytes) {
  tell(proxy::MessageReceived{flow(source), std::move(bytes)});
}

void Feed::piece(unsigned connection, std::string_view bytes) {
  const auto at = connection % connections;
  if (!framers_[at]) {
    framers_[at].emplace(settings_->limits);
    numbers_[at] = ++connections_made_;
    tell(proxy::FlowOpened{stream(connection)});
  }
  framers_[at]->push(bytes);
  while (framers_[at]) {
    auto item = framers_[at]->next();
    if (!item) break;
    if (auto* text = std::get_if<std::string>(&*item)) {
      tell(proxy::MessageReceived{stream(connection), std::move(*text)});
    } else {
      tell(proxy::KeepAliveSeen{stream(connection)});
    }
  }
  if (framers_[at]->error()) close(connection);
}

void Feed::close(unsigned connection) {
  const auto at = connection % connections;
  if (!framers_[at]) return;
  const auto closed = stream(connection);
  framers_[at].reset();
  tell(proxy::FlowClosed{closed});
}

void Feed::pass(sip::Duration time) {
  const auto end = now_ + std::min(time, longest_step);
  for (int steps = 0;; ++steps) {
    const auto next = engine_.next_deadline();
    if (!next || *next > end) break;
    expect(steps < 200'000, "a deadline that never passes");
    now_ = std::max(now_, *next);
    engine_.on_deadline(instant(), out_);
    drain();
  }
  now_ = end;
}

void Feed::commit(bool works) {
  if (settled_ == written_) return;
  const auto from = std::exchange(settled_, written_) + 1;
  if (works) return tell(proxy::Committed{written_});
  tell(proxy::StoreFailed{from, written_, "full"});
}

void Feed::push_done(proxy::PushOutcome outcome) {
  if (pushes_.empty()) return;
  proxy::PushDone done;
  done.id = pushes_.back();
  done.outcome = outcome;
  done.reason = "as told";
  pushes_.pop_back();
  tell(std::move(done));
}

void Feed::answer(int status) {
  if (!last_request_) return;
  const auto sent = *last_request_;
  const auto request = sip::Message::parse(*sent.bytes);
  if (!request) return;
  auto text = sip::Reply{*request, status}
                  .to_tag("peer")
                  .with_record_route()
                  .header(sip::HeaderName::contact, "<sip:peer@198.51.100.2>")
                  .build();
  tell(proxy::MessageReceived{sent.flow, std::move(text)});
}

void Feed::send_failed() {
  if (last_request_) tell(proxy::SendFailed{last_request_->flow, last_request_->client});
}

bool Feed::probe() {
  datagram(
      0,
      "OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKp\r\n"
      "From: <sip:p@h>;tag=1\r\nTo: <sip:example.com>\r\nCall-ID: p\r\nCSeq: 1 OPTIONS\r\n\r\n");
  return last_sent_.starts_with("SIP/2.0 200 ");
}

void Feed::run(std::string_view program) {
  constexpr unsigned calls = 8;
  for (Program next{program}; !next.at_end();) {
    const unsigned what = next.byte();
    const unsigned who = what / calls;
    switch (what % calls) {
      case 0:
        datagram(who, std::string{next.text(next.word())});
        break;
      case 1:
        piece(who, next.text(next.word()));
        break;
      case 2:
        pass(sip::Duration{std::int64_t{next.word()} << (who % 8)});
        break;
      case 3:
        commit(who % 4 != 0);
        break;
      case 4:
        push_done(static_cast<proxy::PushOutcome>(who % 4));
        break;
      case 5:
        answer(static_cast<int>(100 + next.word() % 600));
        break;
      case 6:
        close(who);
        break;
      default:
        send_failed();
    }
  }
  commit(true);
  pass(longest_step);
  expect(probe(), "does not answer any more");
}

}  // namespace torture
