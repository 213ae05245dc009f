#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/api_door.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/look.hpp"
#include "app/cli/table.hpp"

namespace app::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array columns{TableColumn{"ID", "id"},
                             TableColumn{"STATE", "state"},
                             TableColumn{"CALLER", "caller"},
                             TableColumn{"CALLEE", "callee"},
                             TableColumn{"STARTED", "started_at"},
                             TableColumn{"HELD UNTIL", "held_until"},
                             TableColumn{"LAST", "last"}};

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The calls that are not over, the newest 200 of each state, with the last step of each.
std::vector<Json> live_calls(ApiDoor& door) {
  std::vector<Json> calls;
  for (const std::string state : {"held", "ringing", "active"}) {
    const auto body = Json::parse(door.get("/api/v1/calls?limit=200&state=" + state));
    for (auto call : body.at("items")) {
      const auto& timeline = call.at("timeline");
      if (timeline.is_array() && !timeline.empty()) call["last"] = timeline.back().at("what");
      calls.push_back(std::move(call));
    }
  }
  return calls;
}

/// Of the last event in a part of the stream; empty: there is none.
std::string last_id(const std::string& events) {
  constexpr std::string_view field = "\nid: ";
  const auto text = '\n' + events;
  const auto at = text.rfind(field);
  if (at == std::string::npos) return {};
  const auto begin = at + field.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// Is there something new of a call, or was something missed?
bool concerns_calls(const std::string& events) {
  for (const std::string_view type : {"call", "leg", "push", "reset"})
    if (events.find(std::string{"event: "}.append(type).append("\n")) != std::string::npos)
      return true;
  return false;
}

/// What was seen of each call, so that only news is told.
class Told {
 public:
  void tell(const std::vector<Json>& calls, bool json) {
    std::map<std::int64_t, std::string> now;
    for (const auto& call : calls) {
      const auto id = call.at("id").get<std::int64_t>();
      const auto text = json ? one_line(call)
                             : std::to_string(id) + ' ' + call.at("state").get<std::string>() +
                                   ' ' + call.value("last", "") + ' ' + one_line(call.at("callee"));
      if (const auto seen = seen_.find(id); seen == seen_.end() || seen->second != text)
        std::cout << text << '\n';
      now[id] = text;
    }
    for (const auto& [id, text] : seen_)
      if (!now.contains(id))
        std::cout << (json ? one_line({{"id", id}, {"state", "ended"}})
                           : std::to_string(id) + " ended")
                  << '\n';
    seen_ = std::move(now);
  }

 private:
  std::map<std::int64_t, std::string> seen_;
};

}  // namespace

int watch(const LookOptions& options) {
  // Of a burst of events the calls are read once.
  constexpr std::chrono::milliseconds breath{100};
  const auto door = ApiDoor::open(options.place.load_with_names());
  const bool in_place = !options.json && ::isatty(STDOUT_FILENO) != 0;
  Told told;
  auto at = last_id(door->events({}));
  for (;;) {
    const auto calls = live_calls(*door);
    if (in_place) {
      std::cout << "\x1b[H\x1b[2J" << calls.size() << " calls; Ctrl-C ends this\n\n"
                << table(columns, calls);
    } else {
      told.tell(calls, options.json);
    }
    std::cout.flush();
    if (!std::cout) return Exit::done;
    std::this_thread::sleep_for(breath);
    for (bool news = false; !news;) {
      const auto events = door->events(at);
      if (auto id = last_id(events); !id.empty()) at = std::move(id);
      news = concerns_calls(events);
    }
  }
}

}  // namespace app::cli
