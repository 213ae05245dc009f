#include "web/api/etag.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "sipstack/base/text.hpp"

namespace web::api {
namespace {

constexpr std::size_t digits = 16;

/// The items of a list of entity tags; a comma inside the quotes of a foreign tag cuts it, and
/// neither part is one of ours.
std::vector<std::string_view> items_of(std::string_view list) {
  std::vector<std::string_view> items;
  while (!list.empty()) {
    const auto end = list.find(',');
    items.push_back(sip::trim(list.substr(0, end)));
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
  }
  return items;
}

std::uint64_t version_of(std::string_view tag) {
  if (tag.size() != digits + 2 || tag.front() != '"' || tag.back() != '"') return 0;
  std::uint64_t version = 0;
  const auto* end = tag.data() + digits + 1;
  const auto read = std::from_chars(tag.data() + 1, end, version, 16);
  return read.ptr == end && read.ec == std::errc{} ? version : 0;
}

}  // namespace

std::string etag(std::uint64_t version) {
  std::array<char, digits> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), version, 16).ptr;
  const auto size = static_cast<std::size_t>(end - hex.data());
  return '"' + std::string(digits - size, '0').append(hex.data(), size) + '"';
}

std::vector<std::uint64_t> wanted_versions(std::string_view if_match) {
  std::vector<std::uint64_t> versions;
  for (const auto item : items_of(if_match)) {
    if (item == "*") return {};
    versions.push_back(version_of(item));
  }
  return versions;
}

Reply unless_known(const Request& request, Reply reply) {
  const bool reading = request.method == "GET" || request.method == "HEAD";
  if (!reading || reply.status != 200 || request.if_none_match.empty()) return reply;
  const auto tag = std::find_if(reply.headers.begin(), reply.headers.end(),
                                [](const auto& header) { return header.first == "ETag"; });
  if (tag == reply.headers.end()) return reply;
  for (auto item : items_of(request.if_none_match)) {
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == "*" || item == tag->second) return {304, "", "", {{"ETag", tag->second}}};
  }
  return reply;
}

}  // namespace web::api
