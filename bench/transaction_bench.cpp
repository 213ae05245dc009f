#include <benchmark/benchmark.h>

#include "sipstack/auth/digest.hpp"
#include "sipstack/auth/nonce.hpp"
#include "sipstack/transaction/layer.hpp"

namespace {

using namespace sip;
using transaction::Layer;
using transaction::Output;

class Counter : public IdSource {
 public:
  std::uint64_t next() override { return last_ += 0x9E3779B97F4A7C15; }

 private:
  std::uint64_t last_{0};
};

std::string request_text(const std::string& method, const std::string& branch, std::size_t call) {
  return method +
         " sip:bob@biloxi.example SIP/2.0\r\nVia: SIP/2.0/UDP pc33.example:5061;branch=" + branch +
         ";rport\r\nMax-Forwards: 70\r\nTo: <sip:bob@biloxi.example>\r\n" +
         "From: <sip:alice@atlanta.example>;tag=1928301774\r\nCall-ID: " + std::to_string(call) +
         "@pc33\r\nCSeq: 1 " + method +
         "\r\nContact: <sip:alice@pc33.example:5061>\r\nUser-Agent: Phone/1.0\r\n"
         "Content-Length: 0\r\n\r\n";
}

/// Requests of many calls, parsed beforehand: the parser is measured elsewhere.
std::vector<Message> requests(const std::string& method) {
  std::vector<Message> list;
  for (std::size_t i = 0; i < 8'192; ++i)
    list.push_back(*Message::parse(request_text(method, "z9hG4bK-" + std::to_string(i), i)));
  return list;
}

Flow peer() { return {Transport::udp, 0, {Address::v4(0xC0000201), 5061}, 0}; }

/// One transaction in 10 ms, so 3,200 linger while the next is served.
struct Stand {
  Counter ids;
  Limits limits;
  Layer layer{{}, limits, ids};
  Output out;
  TimePoint now{};

  void pass_time() {
    now += Duration{10};
    layer.on_deadline(now, out);
    out.transmits.clear();
    out.notices.clear();
  }
};

void serve(benchmark::State& state, const std::string& method) {
  const auto incoming = requests(method);
  const auto answer = make_bytes(std::string(400, 'x'));
  Stand stand;
  std::size_t i = 0;
  for (auto _ : state) {
    const Message& request = incoming[i++ % incoming.size()];
    benchmark::DoNotOptimize(stand.layer.match(request, peer(), stand.now, stand.out));
    const auto id = stand.layer.open(request, peer(), stand.now);
    stand.layer.respond(*id, 200, answer, 0, stand.now, stand.out);
    stand.pass_time();
  }
}
void register_matched_opened_answered_lingered(benchmark::State& state) {
  serve(state, "REGISTER");
}
void invite_matched_opened_accepted_lingered(benchmark::State& state) { serve(state, "INVITE"); }

void ask(benchmark::State& state, Method method, const std::string& name) {
  Stand stand;
  std::size_t call = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto branch = stand.layer.new_branch();
    const auto request = make_bytes(request_text(name, branch.text, ++call));
    const auto response = *Message::parse("SIP/2.0 200 OK" + request->substr(request->find('\r')));
    state.ResumeTiming();
    stand.layer.start(branch, method, request, peer(), 0, stand.now, stand.out);
    benchmark::DoNotOptimize(stand.layer.on_response(response, stand.now, stand.out));
    stand.pass_time();
  }
}
void options_started_answered_lingered(benchmark::State& state) {
  ask(state, Method::options, "OPTIONS");
}
void invite_started_accepted_lingered(benchmark::State& state) {
  ask(state, Method::invite, "INVITE");
}
/// What PauseTiming itself costs, to be taken off the two above.
void nothing_with_the_clock_paused(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    state.ResumeTiming();
  }
}

void nonce_issued(benchmark::State& state) {
  Counter ids;
  const auth::NonceBook book{std::string(32, 'k'), WallTime{}, {}};
  for (auto _ : state) benchmark::DoNotOptimize(book.issue(WallTime{Duration{5}}, ids));
}

void nonce_checked_and_used(benchmark::State& state) {
  Counter ids;
  auth::NonceBook book{std::string(32, 'k'), WallTime{}, {}};
  const auto nonce = book.issue(WallTime{Duration{5}}, ids);
  const Instant now{TimePoint{Duration{6}}, WallTime{Duration{6}}};
  std::uint32_t nc = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(book.check(nonce, now.wall));
    benchmark::DoNotOptimize(book.use(nonce, ++nc, now));
  }
}

void credentials_parsed_and_verified(benchmark::State& state, auth::Algorithm algorithm) {
  const auto value =
      auth::answer(auth::challenge("biloxi.example", std::string(48, 'a'), algorithm, false), "bob",
                   "secret", "REGISTER", "sip:biloxi.example", "0a4f113b", 1);
  const auto secret = auth::ha1(algorithm, "bob", "biloxi.example", "secret");
  for (auto _ : state) {
    const auto credentials = auth::Credentials::parse(value);
    benchmark::DoNotOptimize(auth::verify(*credentials, secret, "REGISTER"));
  }
}

BENCHMARK(register_matched_opened_answered_lingered);
BENCHMARK(invite_matched_opened_accepted_lingered);
BENCHMARK(options_started_answered_lingered);
BENCHMARK(invite_started_accepted_lingered);
BENCHMARK(nothing_with_the_clock_paused);
BENCHMARK(nonce_issued);
BENCHMARK(nonce_checked_and_used);
BENCHMARK_CAPTURE(credentials_parsed_and_verified, md5, auth::Algorithm::md5);
BENCHMARK_CAPTURE(credentials_parsed_and_verified, sha256, auth::Algorithm::sha256);

}  // namespace
