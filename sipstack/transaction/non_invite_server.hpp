#pragma once
#include "sipstack/transaction/machine.hpp"

namespace sip::transaction {

/// Non-INVITE server transaction: RFC 3261 figure 8. The arrows for transport errors are missing:
/// nobody reports the fate of a response; a peer that lacks it asks again until Timer J.
// clang-format off
inline constexpr Row non_invite_server_table[] = {
    // from              input                 to                  effects                 starts
    {State::trying,      Input::respond_1xx,   State::proceeding,  Effect::send_response},
    {State::trying,      Input::respond_2xx,   State::completed,   Effect::send_response,  Timer::j},
    {State::trying,      Input::respond_error, State::completed,   Effect::send_response,  Timer::j},
    {State::proceeding,  Input::request,       State::proceeding,  Effect::send_response},
    {State::proceeding,  Input::respond_1xx,   State::proceeding,  Effect::send_response},
    {State::proceeding,  Input::respond_2xx,   State::completed,   Effect::send_response,  Timer::j},
    {State::proceeding,  Input::respond_error, State::completed,   Effect::send_response,  Timer::j},
    {State::completed,   Input::request,       State::completed,   Effect::send_response},
    {State::completed,   Input::timer_j,       State::terminated,  Effect::nothing},
};
// clang-format on
static_assert(is_well_formed(non_invite_server_table));

}  // namespace sip::transaction
