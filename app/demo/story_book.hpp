#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/record/timeline.hpp"
#include "proxy/runtime/store/reader.hpp"

namespace app::demo {

/// One call as the server has recorded it.
struct Story {
  proxy::record::Call call;
  proxy::record::Timeline timeline;
  std::vector<proxy::record::Leg> legs;

  bool has(proxy::record::Step step) const;
  /// The first of these steps that does not come after those before it, or nothing.
  std::optional<proxy::record::Step> missing(std::span<const proxy::record::Step> in_order) const;
};

/// Reads calls back from the server's database, as anybody may who asks it later.
class StoryBook {
 public:
  /// Throws store::StoreError.
  explicit StoryBook(const std::string& data_dir) : reader_{data_dir} {}

  /// The newest ended call with this Call-ID, once it is stored.
  std::optional<Story> find(std::string_view call_id);
  /// Ended calls from this caller, oldest first, at most `limit` of the newest ones.
  std::vector<Story> from(std::string_view caller_aor, std::size_t limit);
  /// The call as a text ladder, each line indented by two blanks.
  std::string ladder(const Story& story);

 private:
  Story read(const proxy::record::Call& call);
  std::string device_name(std::int64_t device);

  proxy::store::Reader reader_;
};

}  // namespace app::demo
