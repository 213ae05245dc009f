#include <chrono>
#include <cstdio>
#include <memory>
#include <random>

#include "tests/torture/samples.hpp"
#include "tests/torture/wire/site.hpp"

namespace torture {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
  return static_cast<std::size_t>(random()) % bound;
}

constexpr std::string_view salt{"\r\n\t ;:,<>\"\\@%=?/[]0z\0\xff", 22};

/// A few edits: bytes changed, put in, taken out, doubled, or the tail of another message.
std::string damaged(Random& random, const std::vector<std::string>& messages) {
  std::string wire = messages[below(random, messages.size())];
  for (auto edits = below(random, 1 + below(random, 5)); edits > 0 && !wire.empty(); --edits) {
    const auto at = below(random, wire.size());
    switch (below(random, 6)) {
      case 0:
        wire[at] = salt[below(random, salt.size())];
        break;
      case 1:
        wire.insert(at, 1, static_cast<char>(random()));
        break;
      case 2:
        wire.erase(at, 1 + below(random, 40));
        break;
      case 3:
        wire.insert(at, wire.substr(below(random, wire.size()), 1 + below(random, 60)));
        break;
      case 4:
        wire.resize(at);
        break;
      default: {
        const auto& other = messages[below(random, messages.size())];
        wire = wire.substr(0, at) + other.substr(below(random, other.size()));
      }
    }
  }
  if (wire.size() > 60'000) wire.resize(60'000);
  return wire;
}

/// A request of its own instead of a copy of one that came before.
void make_new(std::string& wire, std::uint64_t number) {
  for (const std::string_view mark : {"z9hG4bK", "Call-ID: ", "\ni: "})
    if (const auto at = wire.find(mark); at != std::string::npos)
      wire.insert(at + mark.size(), std::to_string(number) + "-");
}

std::vector<std::string> material() {
  std::vector<std::string> messages;
  for (const auto& name : sip::torture::sample_names())
    messages.push_back(sip::torture::read_sample(name).wire);
  for (const auto& original : sip::torture::read_originals()) messages.push_back(original.wire);
  messages.push_back(probe("storm"));
  return messages;
}

}  // namespace

int run_storm(std::uint64_t messages, std::uint64_t seed) {
  const auto begin = std::chrono::steady_clock::now();
  Site site{true};
  Random random{seed};
  const auto all = material();
  std::uint64_t probes = 0;
  std::uint64_t lost = 0;
  std::uint64_t pieces = 0;
  auto udp = std::make_unique<Peer>(sip::Transport::udp, site.udp());
  auto tcp = std::make_unique<Peer>(sip::Transport::tcp, site.tcp());
  for (std::uint64_t sent = 1; sent <= messages; ++sent) {
    auto wire = damaged(random, all);
    if (below(random, 4) != 0) make_new(wire, sent);
    if (sent % 2 == 0) {
      udp->send(wire);
    } else {
      for (std::size_t at = 0; at < wire.size(); ++pieces) {
        const auto size = 1 + below(random, wire.size());
        if (!tcp->send(std::string_view{wire}.substr(at, size))) break;
        at += size;
      }
      if (tcp->closed() || below(random, 2) == 0)
        tcp = std::make_unique<Peer>(sip::Transport::tcp, site.tcp());
    }
    // The probe also keeps the receive buffers from running over: what was sent has been read.
    if (sent % 32 != 0) continue;
    ++probes;
    if (!is_alive(site)) ++lost;
    udp = std::make_unique<Peer>(sip::Transport::udp, site.udp());
    if (sent % 100'000 < 32) std::printf("%llu ...\n", static_cast<unsigned long long>(sent));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%llu messages (%llu stream pieces) in %.0f s, %llu probes, %llu lost\n",
              static_cast<unsigned long long>(messages), static_cast<unsigned long long>(pieces),
              took.count(), static_cast<unsigned long long>(probes),
              static_cast<unsigned long long>(lost));
  const auto counted = site.counters();
  std::printf("the server read %llu messages, %llu of them malformed, and sent %llu\n",
              static_cast<unsigned long long>(counted.messages_in),
              static_cast<unsigned long long>(counted.malformed),
              static_cast<unsigned long long>(counted.messages_out));
  return lost == 0 ? 0 : 1;
}

}  // namespace torture
