#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "sipstack/message/check.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/message/rewrite.hpp"

namespace {

/// An INVITE of the usual shape and size: two hops, an offer, what a mobile softphone adds.
std::string invite() {
  const std::string body =
      "v=0\r\n"
      "o=- 1700000001 1700000001 IN IP4 192.0.2.33\r\n"
      "s=sipwake\r\n"
      "c=IN IP4 192.0.2.33\r\n"
      "t=0 0\r\n"
      "m=audio 41000 RTP/AVP 96 9 0 8 101\r\n"
      "a=rtpmap:96 opus/48000/2\r\n"
      "a=fmtp:96 useinbandfec=1\r\n"
      "a=rtpmap:9 G722/8000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\n"
      "a=fmtp:101 0-15\r\n"
      "a=sendrecv\r\n";
  std::string text =
      "INVITE sip:carol@calls.example.org;user=phone SIP/2.0\r\n"
      "Via: SIP/2.0/UDP "
      "192.0.2.33:5060;rport;branch=z9hG4bK7d0c5b1e-66aa-4c0f-8f11-20f1f2b4c9d1\r\n"
      "Via: SIP/2.0/TCP "
      "10.1.0.9:51514;branch=z9hG4bK-98172-1---77ab01;received=198.51.100.8;rport=51514\r\n"
      "Max-Forwards: 69\r\n"
      "Record-Route: <sip:192.0.2.33;lr;transport=udp>\r\n"
      "Route: <sip:calls.example.org;lr>\r\n"
      "From: \"Dora Example\" <sip:dora@calls.example.org>;tag=5b77a0c9\r\n"
      "To: <sip:carol@calls.example.org>\r\n"
      "Contact: "
      "<sip:dora@10.1.0.9:51514;transport=tcp;ob>;+sip.instance=\"<urn:uuid:6f1f0e3a-52c4-4f0e-"
      "9d1c-3b0c9a4d2e77>\"\r\n"
      "Call-ID: 9a1e7c44-0b7d-4a1e-b2c9-55e0c1d2f3a4\r\n"
      "CSeq: 20417 INVITE\r\n"
      "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY, MESSAGE\r\n"
      "Supported: replaces, 100rel, timer, outbound, path\r\n"
      "Session-Expires: 1800\r\n"
      "Min-SE: 90\r\n"
      "User-Agent: BenchPhone/1.0\r\n"
      "Content-Type: application/sdp\r\n";
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void parse(benchmark::State& state) {
  const std::string wire = invite();
  for (auto _ : state) {
    auto message = sip::Message::parse(wire);
    benchmark::DoNotOptimize(message);
  }
  state.counters["bytes"] = static_cast<double>(wire.size());
}
BENCHMARK(parse);

void parse_and_check(benchmark::State& state) {
  const std::string wire = invite();
  for (auto _ : state) {
    const auto message = sip::Message::parse(wire);
    auto fault = sip::check_request(*message);
    if (fault.status != 0) std::abort();
    benchmark::DoNotOptimize(fault);
  }
}
BENCHMARK(parse_and_check);

/// What a proxy does to a request it forwards (RFC 3261 section 16.6).
std::string forward(const sip::Message& message) {
  using sip::HeaderName;
  sip::Rewrite rewrite{message};
  rewrite.request_uri("sip:carol@198.51.100.77:40112;transport=udp;ob");
  rewrite.remove_first_value(HeaderName::route);
  rewrite.set(HeaderName::max_forwards, "68");
  rewrite.prepend(HeaderName::record_route, "<sip:203.0.113.5:5060;lr;sw=0011223344556677>");
  rewrite.prepend(HeaderName::via,
                  "SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bK00112233445566778899");
  return rewrite.build();
}

void rewrite_parsed(benchmark::State& state) {
  const auto message = sip::Message::parse(invite());
  for (auto _ : state) {
    auto out = forward(*message);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(rewrite_parsed);

void parse_and_rewrite(benchmark::State& state) {
  const std::string wire = invite();
  for (auto _ : state) {
    const auto message = sip::Message::parse(wire);
    auto out = forward(*message);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(parse_and_rewrite);

}  // namespace
