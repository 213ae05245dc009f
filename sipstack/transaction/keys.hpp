#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/message/message.hpp"
#include "sipstack/transaction/fingerprint.hpp"
#include "sipstack/transaction/layer.hpp"

namespace sip::transaction {

/// What makes requests belong together on the server side (RFC 3261 section 17.2.3). A request is
/// matched and then opened, so the keys made last are remembered with what they were made of.
class RequestKeys {
 public:
  explicit RequestKeys(IdSource& ids) : fingerprinter_{ids} {}

  struct Key {
    Fingerprint print;
    bool by_branch{true};  ///< false: RFC 2543 matching
  };
  /// The key of the transaction a request opens or repeats. `method` is the request's own, or
  /// INVITE to find what an ACK or CANCEL is about; `to_tag` counts in RFC 2543 matching only.
  Key transaction(const Message& request, std::string_view method, std::string_view to_tag);
  /// What a merged request shares with the first (section 8.2.2.2); nothing when it has a To tag
  /// or is an ACK or CANCEL.
  std::optional<std::uint64_t> merge(const Message& request);

 private:
  Key compute(const Message& request, std::string_view via_text, std::string_view method,
              std::string_view to_tag);
  std::optional<std::uint64_t> compute_merge(const Message& request);
  void begin(char kind);
  void add(std::string_view field);

  Fingerprinter fingerprinter_;
  std::string fields_;  // reused from call to call
  struct {
    std::string via;
    std::string method;
    Key key{{}, false};
  } last_;  // answers only by branch: then the key depends on nothing else
  struct {
    std::string fields;
    std::optional<std::uint64_t> key;
  } last_merge_;
};

/// Set in the id of a CANCEL's own transaction, which shares the branch of its INVITE.
inline constexpr std::uint64_t cancel_bit = std::uint64_t{1} << 63;

/// The text of a branch of ours: cookie, shard byte, id, secret, and the mark of its user if any.
std::string branch_text(ClientId id, std::uint64_t secret, std::string_view mark = {});

struct OwnBranch {
  ClientId id{};
  std::uint64_t secret{0};
};
/// Reads branch_text() back, with or without a mark; nothing when the branch was never ours.
std::optional<OwnBranch> parse_branch(std::string_view text);

/// The first Via value of a message, which may share its line with others.
std::string_view top_via(const Message& message);

}  // namespace sip::transaction
