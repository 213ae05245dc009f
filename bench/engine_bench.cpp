#include <benchmark/benchmark.h>

#include <string>

#include "bench/engine_rig.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/message/via.hpp"

// What the engine costs for each thing it does, without sockets and store. An iteration that did
// not reach its end fails the benchmark, so that no error is measured as speed.

namespace {

using namespace std::chrono_literals;
using app::demo::Sight;

constexpr std::uint16_t caller_port = 6001;
constexpr std::uint16_t callee_port = 6002;

std::string invite() {
  return "INVITE sip:bob@bench.test SIP/2.0\r\n"
         "Via: SIP/2.0/UDP 127.0.0.1:6001;branch=z9hG4bK776asdhds;rport\r\n"
         "Max-Forwards: 70\r\nFrom: \"Alice\" <sip:alice@bench.test>;tag=1928301774\r\n"
         "To: <sip:bob@bench.test>\r\nCall-ID: a84b4c76e66710@127.0.0.1\r\nCSeq: 314159 INVITE\r\n"
         "Contact: <sip:alice@127.0.0.1:6001>\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n"
         "User-Agent: bench\r\nContent-Type: application/sdp\r\nContent-Length: 124\r\n\r\n"
         "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
         "m=audio 40000 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n";
}

/// The bytes of an INVITE in, the bytes a proxy forwards out (RFC 3261 section 16.6).
void forward(benchmark::State& state) {
  const std::string wire = invite();
  for (auto _ : state) {
    const auto message = sip::Message::parse(wire);
    if (!message || message->fault()) {
      state.SkipWithError("the INVITE does not parse");
      break;
    }
    sip::Rewrite edit{*message};
    edit.request_uri("sip:bob@127.0.0.1:6002")
        .set(*message->first(sip::HeaderName::via),
             sip::via_with_source(message->value(sip::HeaderName::via), "127.0.0.1", caller_port))
        .set(sip::HeaderName::max_forwards, "69")
        .prepend(sip::HeaderName::record_route, "<sip:0123456789abcdef@127.0.0.1:5060;lr>")
        .prepend(sip::HeaderName::via, "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK0123456789abcdef");
    benchmark::DoNotOptimize(edit.build());
  }
}
BENCHMARK(forward);

/// 401, then the REGISTER with its digest, committed at once.
void register_challenged(benchmark::State& state) {
  bench::EngineRig rig;
  const auto bob = rig.add_agent("bob", callee_port);
  rig.take_engine_time();
  for (auto _ : state) {
    rig.agent(bob).register_contact(600s, rig.now(), rig.output(bob));
    rig.exchange();
    rig.pass(1s);
    state.SetIterationTime(rig.take_engine_time().count());
    if (rig.take_sightings(bob, Sight::registered) != 1) {
      state.SkipWithError("not registered");
      break;
    }
  }
}
BENCHMARK(register_challenged)->UseManualTime();

void options_answered(benchmark::State& state) {
  bench::EngineRig rig;
  std::uint64_t number = 0;
  rig.take_engine_time();
  for (auto _ : state) {
    const std::string id = std::to_string(++number);
    const auto sends = rig.feed(
        "OPTIONS sip:bench.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:6001;branch=z9hG4bK" + id +
            "\r\nMax-Forwards: 70\r\nFrom: <sip:alice@bench.test>;tag=1\r\n"
            "To: <sip:ping@bench.test>\r\nCall-ID: o" +
            id + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
        caller_port);
    rig.pass(10ms);
    state.SetIterationTime(rig.take_engine_time().count());
    if (sends != 1) {
      state.SkipWithError("not answered");
      break;
    }
  }
}
BENCHMARK(options_answered)->UseManualTime();

/// INVITE 407 ACK, INVITE 100 180 200 ACK, BYE 200, with every timer that follows.
void whole_call(benchmark::State& state) {
  bench::EngineRig rig;
  const auto alice = rig.add_agent("alice", caller_port);
  const auto bob = rig.add_agent("bob", callee_port);
  rig.agent(bob).register_contact(3600s, rig.now(), rig.output(bob));
  rig.exchange();
  rig.take_engine_time();
  std::uint64_t calls = 0;
  for (auto _ : state) {
    const auto call_id = rig.agent(alice).call("sip:bob@bench.test", rig.now(), rig.output(alice));
    rig.exchange();
    rig.pass(50ms);
    rig.agent(alice).hang_up(call_id, rig.now(), rig.output(alice));
    rig.exchange();
    rig.pass(100ms);
    state.SetIterationTime(rig.take_engine_time().count());
    if (rig.take_sightings(bob, Sight::bye) != 1 ||
        rig.take_sightings(alice, Sight::hung_up) != 1) {
      state.SkipWithError("the call did not reach its end");
      break;
    }
    if (++calls % 10'000 != 0) continue;
    // The registration lives for an hour of virtual time; its refresh is not part of a call.
    rig.agent(bob).register_contact(3600s, rig.now(), rig.output(bob));
    rig.exchange();
    rig.take_engine_time();
  }
}
BENCHMARK(whole_call)->UseManualTime();

}  // namespace
