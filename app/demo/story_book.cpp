#include "app/demo/story_book.hpp"

#include <algorithm>

#include "proxy/core/story/story.hpp"
#include "sipstack/message/uri.hpp"

namespace app::demo {
namespace {

using proxy::record::Call;
using proxy::record::Entry;
using proxy::record::Step;

constexpr std::size_t page = 200;
/// The demo's calls are among the newest; further back nobody looks.
constexpr int pages_max = 10;

bool is_from(const Call& call, std::string_view aor) {
  const auto uri = sip::UriView::parse(call.caller);
  return uri && sip::address_of_record(*uri) == aor;
}

}  // namespace

bool Story::has(Step step) const {
  return std::ranges::find(timeline, step, &Entry::what) != timeline.end();
}

std::optional<Step> Story::missing(std::span<const Step> in_order) const {
  auto at = timeline.begin();
  for (const Step step : in_order) {
    at = std::find_if(at, timeline.end(), [step](const Entry& e) { return e.what == step; });
    if (at == timeline.end()) return step;
    ++at;
  }
  return std::nullopt;
}

Story StoryBook::read(const Call& call) {
  Story story;
  story.call = call;
  story.timeline = proxy::record::decode(call.timeline).value_or(proxy::record::Timeline{});
  story.legs = reader_.legs(call.id);
  return story;
}

std::optional<Story> StoryBook::find(std::string_view call_id) {
  const auto calls = reader_.calls(0, page);
  const auto found = std::ranges::find(calls, call_id, &Call::call_id);
  if (found == calls.end()) return std::nullopt;
  return read(*found);
}

std::vector<Story> StoryBook::from(std::string_view caller_aor, std::size_t limit) {
  std::vector<Story> stories;
  std::int64_t before = 0;
  for (int i = 0; i < pages_max; ++i) {
    const auto calls = reader_.calls(before, page);
    for (const Call& call : calls)
      if (stories.size() < limit && is_from(call, caller_aor)) stories.push_back(read(call));
    if (calls.size() < page || stories.size() == limit) break;
    before = calls.back().id;
  }
  std::ranges::reverse(stories);
  return stories;
}

std::string StoryBook::device_name(std::int64_t id) {
  const auto device = reader_.device(id);
  if (!device) return "a phone";
  const auto owners = reader_.users(device->user_id - 1, 1);
  if (owners.empty() || owners.front().id != device->user_id)
    return proxy::story::device_name(*device, "somebody");
  const auto& owner = owners.front();
  return proxy::story::device_name(*device, owner.display_name.empty()
                                                ? owner.aor.substr(0, owner.aor.find('@'))
                                                : owner.display_name);
}

std::string StoryBook::ladder(const Story& story) {
  const auto drawn = proxy::story::ladder(story.call, story.timeline,
                                          [this](std::int64_t id) { return device_name(id); });
  std::string indented;
  for (std::size_t at = 0; at < drawn.size();) {
    const auto end = std::min(drawn.find('\n', at), drawn.size());
    indented.append("  ").append(drawn, at, end - at).append("\n");
    at = end + 1;
  }
  return indented;
}

}  // namespace app::demo
