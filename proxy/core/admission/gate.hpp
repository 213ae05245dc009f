#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/settings/settings.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/auth/nonce.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy::admission {

/// What the gate says about a request. The identity it checked is `user`, and only that is used.
struct Verdict {
  enum class Kind : std::uint8_t {
    user,       ///< authenticated as this user
    trusted,    ///< a trusted peer; no user
    challenge,  ///< answer with `challenges`
    refused,    ///< answer with status and reason
  };
  Kind kind{Kind::refused};
  std::string aor;        ///< canonical, with `user`
  std::int64_t trunk{0};  ///< with `trusted`: who has logged in
  int status{403};
  std::string reason;
  std::vector<std::string> challenges;  ///< header values, strongest first
  std::string nonce;                    ///< of the challenges
  /// Of credentials with a wrong password or for no user of ours; nobody else learns which.
  std::optional<std::string> failed_nonce;
};

/// Where a user's HA1s are looked up; nullptr for an unknown or disabled user.
class UserLookup {
 public:
  virtual ~UserLookup() = default;
  virtual const record::User* find(std::string_view aor) const = 0;
  /// Some user, the same for the same number while users stay the same; nullptr when there is none.
  virtual const record::User* some(std::uint64_t number) const = 0;
  /// A trunk that logs in by this name.
  virtual const record::Trunk* trunk(std::string_view) const { return nullptr; }
};

/// Who may (design: everything that does something is authenticated). Digest of RFC 3261 section 22
/// and RFC 7616 against the user in From (REGISTER: To as well), trusted peers without.
class Gate {
 public:
  Gate(std::string nonce_key, sip::Instant boot, sip::Duration nonce_lifetime);

  Verdict check(const sip::Message& request, const sip::Flow& flow, const Settings& settings,
                const UserLookup& users, sip::Instant now, sip::IdSource& ids);
  /// Asks anew without a look at what came.
  Verdict ask_again(const sip::Message& request, const Settings& settings, const UserLookup& users,
                    sip::Instant now, sip::IdSource& ids);

  /// What orderly restarts hand on, so that nobody is asked for his password again: the counts of
  /// the nonces that are still good.
  std::string kept_nonces(sip::Instant now) const { return nonces_.kept(steady(now).wall); }
  void take_up_nonces(std::string_view kept, sip::Instant now) { nonces_.take_up(kept, now); }

 private:
  struct Identity {
    std::string aor;  ///< of From, canonical; empty when From is no user of ours
    std::string realm;
  };
  static Identity identity_of(const sip::Message& request, const Settings& settings);
  Verdict challenge(const sip::Message& request, const Settings& settings, const Identity& from,
                    const UserLookup& users, bool stale, sip::Instant now, sip::IdSource& ids);
  Verdict check_credentials(const sip::auth::Credentials& credentials, const sip::Message& request,
                            const Settings& settings, const Identity& from, const UserLookup& users,
                            sip::Instant now, sip::IdSource& ids);

  /// The time nonces carry: wall time of the start, and on from there whatever the wall clock does.
  sip::Instant steady(sip::Instant now) const;

  const record::User* model_for(const Identity& from, const UserLookup& users) const;

  std::string key_;
  sip::Instant boot_;
  sip::auth::NonceBook nonces_;
};

/// True for a flow from a peer that needs no digest: `auth.trusted`, a trunk by its address or its
/// certificate, or the PBX.
bool is_trusted(const sip::Flow& flow, const Settings& settings);

}  // namespace proxy::admission
