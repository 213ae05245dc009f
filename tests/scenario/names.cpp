#include "tests/scenario/names.hpp"

#include <chrono>

namespace test {

namespace {

using sip::locate::Kind;

std::uint16_t number(const std::string& word) {
  return static_cast<std::uint16_t>(std::stoul(word));
}

void add_record(FakeResolver& resolver, const Command& command, std::size_t first) {
  const auto name = command.word(first);
  const auto kind = command.word(first + 1);
  const auto word = [&](std::size_t i) { return command.word(first + 2 + i); };
  const auto ttl = std::chrono::duration_cast<std::chrono::seconds>(
      parse_duration(command.value("ttl", "300s")));
  if (kind == "A") {
    resolver.add({name, Kind::address}, {name, ttl, sip::Address::parse(word(0)).value()});
  } else if (kind == "SRV") {
    const sip::locate::Srv srv{number(word(0)), number(word(1)), number(word(2)), word(3)};
    resolver.add({name, Kind::srv}, {name, ttl, srv});
  } else if (kind == "NAPTR") {
    const sip::locate::Naptr naptr{number(word(0)), number(word(1)), "s", word(2), "", word(3)};
    resolver.add({name, Kind::naptr}, {name, ttl, naptr});
  } else {
    throw ScriptError{"no record is called " + kind};
  }
}

}  // namespace

void happen_to_names(FakeResolver& resolver, const Command& command, std::size_t first) {
  using sip::locate::Failure;
  const auto what = command.word(first);
  if (what == "silent") {
    resolver.silent = true;
  } else if (what == "fails") {
    resolver.fail(Failure::refused);
  } else if (what == "answers") {
    resolver.silent = false;
    resolver.fail(Failure::none);
  } else if (what == "delays") {
    resolver.delay = parse_duration(command.word(first + 1));
    resolver.times = std::stoi(command.value("times", "1"));
  } else if (what == "forgets") {
    resolver.forget();
  } else {
    add_record(resolver, command, first);
  }
}

}  // namespace test
