#include <algorithm>
#include <cstdio>
#include <map>

#include "sipstack/message/check.hpp"
#include "tests/torture/samples.hpp"
#include "tests/torture/wire/site.hpp"

namespace torture {
namespace {

using sip::torture::Original;
using sip::torture::Sample;

/// Where ours differs from what the manifest lets be, and why.
const std::map<std::string, std::string> exceptions{
    {"regbadct.dat udp", "401: who it is comes before what is in its Contact, which is a 400 then"},
    {"regbadct.dat tcp", "401: who it is comes before what is in its Contact, which is a 400 then"},
};

struct Counts {
  int expected{0};
  int all{0};
};

bool is_among(const std::vector<std::string>& ok, std::string verdict) {
  if (verdict == "-") verdict = "drop";
  return ok.empty() || std::ranges::find(ok, verdict) != ok.end();
}

/// One cell of the table; counts it, and says what is wrong with it.
void judge(const std::string& name, const char* transport, bool expected, const Outcome& outcome,
           Counts& counts, std::string& why, int& faults) {
  ++counts.all;
  if (expected) {
    ++counts.expected;
    return;
  }
  const auto reason = exceptions.find(name + " " + transport);
  why.append(" ").append(transport).append(": ");
  why.append(reason == exceptions.end() ? "UNEXPECTED " + outcome.verdict : reason->second);
  if (reason == exceptions.end()) ++faults;
}

/// What a message of our own must bring: given, or what the parser says of it.
bool suits(const Sample& sample, const std::string& verdict) {
  if (!sample.on_wire.empty()) return verdict == sample.on_wire;
  if (sample.verdict == "sound") return verdict != "400" && verdict != "-";
  const bool answered = std::isdigit(static_cast<unsigned char>(sample.verdict[0])) != 0;
  return verdict == (answered ? sample.verdict.substr(0, 3) : "-");
}

/// On a stream, what cannot be cut is answered by 400 or by its end, and what is cut short is
/// waited for (RFC 3261 section 18.3).
bool suits_stream(const Sample& sample, const std::string& verdict) {
  if (suits(sample, verdict)) return true;
  const bool unframed = sample.wire.find("\nl:") == std::string::npos &&
                        sample.wire.find("\nContent-Length:") == std::string::npos;
  if (sample.verdict == "sound" && !unframed) return false;
  return verdict == "400" || verdict == "close" || verdict == "waits" || verdict == "513";
}

}  // namespace

int print_table() {
  const Site site;
  int faults = 0;
  Counts udp;
  Counts tcp;
  std::map<std::string, Counts> originals;
  std::printf("%-44s %-18s %-8s %-6s %-6s\n", "message", "point", "class", "UDP", "TCP");
  for (const Original& original : sip::torture::read_originals()) {
    const auto over_udp = try_udp(site, original.wire);
    const auto over_tcp = try_tcp(site, original.wire);
    std::string why;
    const auto rfc = original.section.substr(0, 8);
    judge(original.name, "udp", is_among(original.ok, over_udp.verdict), over_udp,
          originals[rfc + " UDP"], why, faults);
    const bool waits = over_tcp.verdict == "waits" && original.kind != "valid";
    judge(original.name, "tcp", is_among(original.ok, waits ? "-" : over_tcp.verdict), over_tcp,
          originals[rfc + " TCP"], why, faults);
    std::printf("%-44s %-18s %-8s %-6s %-6s%s\n", original.name.c_str(), original.section.c_str(),
                original.kind.c_str(), over_udp.verdict.c_str(), over_tcp.verdict.c_str(),
                why.c_str());
    if (!over_udp.alive || !is_alive(site)) return 1;
  }
  for (const auto& name : sip::torture::sample_names()) {
    const auto sample = sip::torture::read_sample(name);
    const auto over_udp = try_udp(site, sample.wire);
    const auto over_tcp = try_tcp(site, sample.wire);
    std::string why;
    judge(name, "udp", suits(sample, over_udp.verdict), over_udp, udp, why, faults);
    judge(name, "tcp", suits_stream(sample, over_tcp.verdict), over_tcp, tcp, why, faults);
    std::printf("%-44s %-18s %-8s %-6s %-6s%s\n", name.c_str(), sample.note.substr(0, 18).c_str(),
                "own", over_udp.verdict.c_str(), over_tcp.verdict.c_str(), why.c_str());
    if (!is_alive(site)) return 1;
  }
  std::printf("\nas expected: own UDP %d of %d, own TCP %d of %d", udp.expected, udp.all,
              tcp.expected, tcp.all);
  for (const auto& [name, counts] : originals)
    std::printf(", %s %d of %d", name.c_str(), counts.expected, counts.all);
  std::printf("; unexplained: %d\n", faults);
  if (originals.empty())
    std::printf("no originals under %s (set SIP_TORTURE_DIR)\n", sip::torture::originals().c_str());
  return faults == 0 ? 0 : 1;
}

}  // namespace torture
