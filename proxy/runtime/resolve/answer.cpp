#include "proxy/runtime/resolve/answer.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sipstack/locate/bounds.hpp"

namespace proxy::resolve {
namespace {

using sip::locate::Alias;
using sip::locate::Answer;
using sip::locate::Failure;
using sip::locate::Record;

constexpr std::size_t header_bytes = 12;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t type_cname = 5;
constexpr std::size_t looked_at_max = sip::locate::records_max + sip::locate::aliases_max;

struct AresFree {
  void operator()(void* data) const { ares_free_data(data); }
};
struct AresFreeString {
  void operator()(char* text) const { ares_free_string(text); }
};

/// Name, type and life of each record of the answer section: c-ares' parsers of 1.18 give the data
/// without them. Names are expanded by c-ares.
class Walk {
 public:
  struct Head {
    std::string owner;
    std::uint16_t type{0};
    bool in_class{false};
    std::chrono::seconds ttl{0};
    std::size_t data{0};  ///< where its data begins
  };

  explicit Walk(std::span<const unsigned char> message) : message_{message} {
    if (message.size() < header_bytes) {
      broken_ = true;
      return;
    }
    at_ = header_bytes;
    left_ = number(6, 2);
    for (std::uint32_t questions = number(4, 2); questions > 0 && !broken_; --questions) {
      name(at_);
      skip(4);
    }
  }
  bool broken() const { return broken_; }
  std::optional<Head> next() {
    if (left_ == 0 || broken_) return std::nullopt;
    --left_;
    Head head;
    head.owner = name(at_);
    const auto fixed = at_;
    skip(10);
    if (broken_) return std::nullopt;
    head.type = static_cast<std::uint16_t>(number(fixed, 2));
    head.in_class = number(fixed + 2, 2) == class_in;
    head.ttl = std::chrono::seconds{number(fixed + 4, 4)};
    head.data = at_;
    skip(number(fixed + 8, 2));
    return broken_ ? std::nullopt : std::optional{std::move(head)};
  }
  /// The name at this place; moves behind it.
  std::string name(std::size_t& at) {
    char* text = nullptr;
    long length = 0;
    if (broken_ || at >= message_.size() ||
        ares_expand_name(message_.data() + at, message_.data(), static_cast<int>(message_.size()),
                         &text, &length) != ARES_SUCCESS) {
      broken_ = true;
      return {};
    }
    const std::unique_ptr<char, AresFreeString> owner{text};
    at += static_cast<std::size_t>(length);
    return text;
  }

 private:
  std::uint32_t number(std::size_t at, std::size_t bytes) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | message_[at + i];
    return value;
  }
  void skip(std::size_t bytes) {
    if (message_.size() - at_ < bytes) broken_ = true;
    at_ += broken_ ? 0 : bytes;
  }

  std::span<const unsigned char> message_;
  std::size_t at_{0};
  std::uint32_t left_{0};
  bool broken_{false};
};

using Data = decltype(Record::data);

std::string text(const unsigned char* bytes) {
  return bytes == nullptr ? std::string{} : std::string{reinterpret_cast<const char*>(bytes)};
}

sip::Address mapped(const in_addr& address) { return sip::Address::v4(ntohl(address.s_addr)); }
sip::Address mapped(const ares_in6_addr& address) {
  sip::Address out;
  std::memcpy(out.bytes.data(), &address, out.bytes.size());
  return out;
}

std::optional<std::vector<Data>> parse_srv(const unsigned char* bytes, int size) {
  ares_srv_reply* first = nullptr;
  if (ares_parse_srv_reply(bytes, size, &first) != ARES_SUCCESS) return std::nullopt;
  const std::unique_ptr<ares_srv_reply, AresFree> owner{first};
  std::vector<Data> out;
  for (const auto* one = first; one != nullptr && out.size() < looked_at_max; one = one->next)
    out.emplace_back(sip::locate::Srv{one->priority, one->weight, one->port, one->host});
  return out;
}

std::optional<std::vector<Data>> parse_naptr(const unsigned char* bytes, int size) {
  ares_naptr_reply* first = nullptr;
  if (ares_parse_naptr_reply(bytes, size, &first) != ARES_SUCCESS) return std::nullopt;
  const std::unique_ptr<ares_naptr_reply, AresFree> owner{first};
  std::vector<Data> out;
  for (const auto* one = first; one != nullptr && out.size() < looked_at_max; one = one->next)
    out.emplace_back(sip::locate::Naptr{one->order, one->preference, text(one->flags),
                                        text(one->service), text(one->regexp), one->replacement});
  return out;
}

template <class Ttl, class Parse>
std::optional<std::vector<Data>> parse_addresses(const unsigned char* bytes, int size,
                                                 Parse parse) {
  std::array<Ttl, looked_at_max> found{};
  int count = static_cast<int>(found.size());
  if (parse(bytes, size, nullptr, found.data(), &count) != ARES_SUCCESS) return std::nullopt;
  std::vector<Data> out;
  for (int i = 0; i < count; ++i) {
    const auto& one = found[static_cast<std::size_t>(i)];
    if constexpr (std::is_same_v<Ttl, ares_addrttl>)
      out.emplace_back(mapped(one.ipaddr));
    else
      out.emplace_back(mapped(one.ip6addr));
  }
  return out;
}

std::optional<std::vector<Data>> parse(std::span<const unsigned char> message, Type type) {
  const auto size = static_cast<int>(message.size());
  switch (type) {
    case Type::srv:
      return parse_srv(message.data(), size);
    case Type::naptr:
      return parse_naptr(message.data(), size);
    case Type::a:
      return parse_addresses<ares_addrttl>(message.data(), size, ares_parse_a_reply);
    case Type::aaaa:
      return parse_addresses<ares_addr6ttl>(message.data(), size, ares_parse_aaaa_reply);
  }
  return std::nullopt;
}

}  // namespace

Answer read_answer(std::span<const unsigned char> message, Type type) {
  Answer out;
  Walk walk{message};
  std::vector<Record> heads;  // of the asked type, still without data
  while (auto head = walk.next()) {
    if (!head->in_class || out.records.size() + heads.size() >= looked_at_max) continue;
    if (head->type == type_cname)
      out.records.push_back({std::move(head->owner), head->ttl, Alias{walk.name(head->data)}});
    else if (head->type == static_cast<std::uint16_t>(type))
      heads.push_back({std::move(head->owner), head->ttl, {}});
  }
  if (walk.broken()) return {{}, Failure::malformed};
  if (heads.empty()) return out;
  const auto data = parse(message, type);
  if (!data || data->size() < heads.size()) return {{}, Failure::malformed};
  for (std::size_t i = 0; i < heads.size(); ++i) {
    heads[i].data = (*data)[i];
    out.records.push_back(std::move(heads[i]));
  }
  return out;
}

Failure failure_of(int ares_status) {
  switch (ares_status) {
    case ARES_SUCCESS:
    case ARES_ENODATA:
      return Failure::none;
    case ARES_ENOTFOUND:
      return Failure::no_name;
    case ARES_EBADRESP:
    case ARES_EBADNAME:
    case ARES_EBADSTR:
      return Failure::malformed;
    case ARES_ETIMEOUT:
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
      return Failure::timeout;
    default:  // also ARES_ECONNREFUSED, which c-ares says when every server said SERVFAIL
      return Failure::refused;
  }
}

}  // namespace proxy::resolve
