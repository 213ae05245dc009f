#include "sipstack/transaction/keys.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "sipstack/base/text.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/via.hpp"

namespace sip::transaction {
namespace {

constexpr std::string_view cookie = "z9hG4bK";
constexpr std::string_view shard = "00";
constexpr std::size_t secret_digits = 16;

std::string_view cseq_number(const Message& message) {
  const auto text = message.value(HeaderName::cseq);
  return text.substr(0, std::min(text.find_first_of(" \t"), text.size()));
}

std::optional<std::uint64_t> parse_hex(std::string_view digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string_view top_via(const Message& message) {
  std::string_view rest = message.value(HeaderName::via);
  return take_list_item(rest).value_or(std::string_view{});
}

void RequestKeys::begin(char kind) { fields_.assign(1, kind); }

/// Length first, so that no two lists of fields make one text.
void RequestKeys::add(std::string_view field) {
  const auto size = static_cast<std::uint32_t>(field.size());
  fields_.append(reinterpret_cast<const char*>(&size), sizeof size).append(field);
}

RequestKeys::Key RequestKeys::transaction(const Message& request, std::string_view method,
                                          std::string_view to_tag) {
  const auto via_text = top_via(request);
  if (last_.key.by_branch && via_text == last_.via && method == last_.method) return last_.key;
  const Key key = compute(request, via_text, method, to_tag);
  last_.via = via_text;
  last_.method = method;
  last_.key = key;
  return key;
}

RequestKeys::Key RequestKeys::compute(const Message& request, std::string_view via_text,
                                      std::string_view method, std::string_view to_tag) {
  const auto via = ViaView::parse(via_text);
  // A branch of the cookie alone names nothing (RFC 4475 section 3.1.2.15).
  if (via && via->has_magic_cookie() && via->branch.size() > cookie.size()) {
    begin('b');
    add(via->branch);
    add(method);
    const std::uint16_t port = via->port == 0 ? 5060 : via->port;
    fields_ += static_cast<char>(port >> 8);
    fields_ += static_cast<char>(port & 0xff);
    for (const char c : via->host) fields_ += lower(c);
    return {fingerprinter_.of(fields_), true};
  }
  begin('o');
  add(request.request_uri());
  add(to_tag);
  add(tag_of(request.value(HeaderName::from)));
  add(request.value(HeaderName::call_id));
  add(cseq_number(request));
  add(method);
  add(via_text);
  return {fingerprinter_.of(fields_), false};
}

std::optional<std::uint64_t> RequestKeys::merge(const Message& request) {
  if (request.method() == Method::ack || request.method() == Method::cancel) return std::nullopt;
  begin('r');
  for (const HeaderName name :
       {HeaderName::to, HeaderName::from, HeaderName::call_id, HeaderName::cseq})
    add(request.value(name));
  if (fields_ == last_merge_.fields) return last_merge_.key;
  std::swap(fields_, last_merge_.fields);
  return last_merge_.key = compute_merge(request);
}

std::optional<std::uint64_t> RequestKeys::compute_merge(const Message& request) {
  if (!tag_of(request.value(HeaderName::to)).empty()) return std::nullopt;
  begin('m');
  add(tag_of(request.value(HeaderName::from)));
  add(request.value(HeaderName::call_id));
  add(cseq_number(request));
  add(request.method_text());
  return fingerprinter_.of(fields_).low;
}

std::string branch_text(ClientId id, std::uint64_t secret, std::string_view mark) {
  std::array<char, 16> digits{};
  std::string text{cookie};
  text += shard;
  text.append(digits.data(),
              std::to_chars(digits.data(), digits.data() + digits.size(), id.value, 16).ptr);
  text += '.';
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), secret, 16).ptr;
  const auto size = static_cast<std::size_t>(end - digits.data());
  text.append(secret_digits - size, '0').append(digits.data(), size);
  if (!mark.empty()) text.append(1, '.').append(mark);
  return text;
}

std::string_view mark_of(std::string_view branch) {
  if (!parse_branch(branch)) return {};
  const auto second_dot = branch.find('.', branch.find('.') + 1);
  return second_dot == std::string_view::npos ? std::string_view{} : branch.substr(second_dot + 1);
}

std::optional<OwnBranch> parse_branch(std::string_view text) {
  if (!text.starts_with(cookie)) return std::nullopt;
  text.remove_prefix(cookie.size());
  if (!text.starts_with(shard)) return std::nullopt;
  text.remove_prefix(shard.size());
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto secret_text = text.substr(dot + 1, text.find('.', dot + 1) - dot - 1);
  if (secret_text.size() != secret_digits) return std::nullopt;
  const auto id = parse_hex(text.substr(0, dot));
  const auto secret = parse_hex(secret_text);
  if (!id || *id == 0 || (*id & cancel_bit) != 0 || !secret) return std::nullopt;
  return OwnBranch{ClientId{*id}, *secret};
}

}  // namespace sip::transaction
