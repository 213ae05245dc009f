#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "sipstack/locate/arrange.hpp"
#include "sipstack/locate/locator.hpp"

namespace sip::locate::test {

/// A name server as a table, and everything it was asked.
struct Zone {
  std::map<Question, Answer> answers;
  std::vector<std::string> asked;

  Zone& naptr(const std::string& name, std::uint16_t order, std::uint16_t preference,
              const std::string& service, const std::string& replacement,
              const std::string& flags = "s") {
    return add({name, Kind::naptr},
               {name, ttl, Naptr{order, preference, flags, service, "", replacement}});
  }
  Zone& srv(const std::string& name, std::uint16_t priority, std::uint16_t weight,
            std::uint16_t port, const std::string& target) {
    return add({name, Kind::srv}, {name, ttl, Srv{priority, weight, port, target}});
  }
  Zone& a(const std::string& name, const std::string& address) {
    return add({name, Kind::address}, {name, ttl, *Address::parse(address)});
  }
  Zone& fails(const std::string& name, Kind kind, Failure failure) {
    answers[{name, kind}] = {{}, failure};
    return *this;
  }
  Zone& add(const Question& question, Record record) {
    answers[question].records.push_back(std::move(record));
    return *this;
  }

  /// Runs the procedure to its end.
  Located locate(Wanted wanted, std::vector<Transport> supported = {Transport::udp, Transport::tcp,
                                                                    Transport::tls}) {
    Locator locator{std::move(wanted), std::move(supported)};
    auto questions = locator.begin();
    while (!questions.empty()) {
      std::vector<Question> next;
      for (const auto& question : questions) {
        asked.push_back(std::string{to_string(question.kind)} + " " + question.name);
        const auto known = answers.find(question);
        const Answer none{{}, Failure::no_name};
        const auto& answer = known == answers.end() ? none : known->second;
        for (auto& more : locator.on_answer(question, answer)) next.push_back(std::move(more));
      }
      questions = std::move(next);
    }
    EXPECT_TRUE(locator.done());
    return locator.located();
  }

  std::chrono::seconds ttl{300};
};

/// Dice that fall as they are told; the last one again and again.
struct Dice : IdSource {
  explicit Dice(std::vector<std::uint64_t> falls = {0}) : rest{std::move(falls)} {}
  std::uint64_t next() override {
    const auto fall = rest.front();
    if (rest.size() > 1) rest.erase(rest.begin());
    return fall;
  }
  std::vector<std::uint64_t> rest;
};

inline std::vector<std::string> texts(const Located& located) {
  Dice dice;
  std::vector<std::string> out;
  for (const auto& target : arrange(located.ways, dice)) out.push_back(to_string(target));
  return out;
}

inline Wanted uri(const char* text) { return Wanted::from(*UriView::parse(text)).value(); }

}  // namespace sip::locate::test
