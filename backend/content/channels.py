"""频道: where an article stands (product.md, Campaigns; the seed's §二)."""

CHANNELS = {
    "policy": "政策法规",
    "knowledge": "信用知识",
    "culture": "诚信文化",
    "cases": "典型案例",
    "stories": "诚信故事",
    "public_service": "公益广告",
    "enterprises": "诚信企业",
    "schools": "校园诚信",
    "training": "信用培训",
}
CASES = "cases"  # whose failures are anonymised (charter 4)
