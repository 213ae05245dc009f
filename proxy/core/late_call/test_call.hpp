#pragma once
#include <string>
#include <string_view>

namespace proxy::late_call {

/// What the INVITE of a ring test is made of.
struct TestInvite {
  std::string_view contact;      ///< Request-URI
  std::string_view via;          ///< our only Via value
  std::string_view our_contact;  ///< Contact value, angle brackets included
  std::string_view path;         ///< Route of the binding, may be empty
  std::string_view domain;       ///< we call, nobody else
  std::string_view callee;       ///< address of record
  std::string_view call_id;
  std::string_view tag;  ///< ours
};

/// A call of our own that is cancelled when the phone rings. It makes no offer (RFC 3261 section
/// 13.2.1): nobody here could talk.
std::string build_test_invite(const TestInvite& test);

}  // namespace proxy::late_call
