#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/record/timeline.hpp"

namespace proxy::story {

/// "iPhone of Anna", "Android phone of Anna", "phone of Anna": what people call a device. `owner`
/// is the user's display name or, without one, the user part of the address of record.
std::string device_name(const record::Device& device, std::string_view owner);

/// The name of a device by its id; a device that is gone is "a phone".
using NameOf = std::function<std::string(std::int64_t device)>;

/// One sentence that says why each phone rang or did not.
std::string verdict(const record::Call& call, const record::Timeline& timeline,
                    const NameOf& name_of);

/// The call as a text ladder: time, who to whom, what. Wire bytes are shown escaped.
std::string ladder(const record::Call& call, const record::Timeline& timeline,
                   const NameOf& name_of);

/// Printable text for terminals and logs: control bytes and invalid UTF-8 as \xHH.
std::string printable(std::string_view bytes);

}  // namespace proxy::story
