"""Detecting the encoding of a Chinese text without a byte order mark: UTF-8, GB18030 or Big5.

Nearly all bytes are valid GB18030 and most are valid Big5, so validity decides nothing. The share
of common Chinese characters in the decoded text does: in the right encoding it is more than half;
a wrong one gives rare characters, kana and private ones.
"""

from __future__ import annotations

from typing import Final

_COMMON: Final = frozenset(
    "信息县业市区务况情人企年单服局名表资计工统中公口经接数产政生江项机员基地安建民营保分行目和发"
    "品理本设证查用水位农远部开社威构学级法点可合内泸高医主案会许昌隆据管州记全城事要新类总国监收"
    "阳报村标录南登动上济作办大备指定省体场出及一规审物量件山教化通金商校源预育文执程费技险重充份"
    "补批算检运纳西格乡电专入疗明应的各镇车支有询性所共职以清交展度投网处房司气路住溪站急型仪称龙"
    "售居道外细陇兴马助关防等潭小销额质施成示户测划永贴叙林注自卫环东放系家院核台坪陵排古养嘉特活"
    "价制食书结阆筑汇消污种师科联增蔺蓬非值模训限包药历术培旅境府财门进在能责册改平利号个护任库方"
    "申准德权督时代供贫调果变账救组含对四长律委就料置输治零告心老购川馆税创三均园采范流灾评状更加"
    "考奖易态罚队诊参危优面实期力残象月招线集容游健疾土址织使认配综退立固图积病装然滁请验提困般相"
    "取障常街扶儿贸造获比普益饮间客天其日控租属子湖异失受二者码屏广徽辆按别材转害店与染览股次卡式"
    "决援史团河他驾效花庭劳移础域抽废整领布油临邮待款第议推率警现岗档庆鉴货幼乐来违层班党详融存复"
    "餐殊顺火屋患矿最传协聘牌康芜修渔试伤解初隐不或维编器承汽驶赛为械前景疫室拟智脱秀持私色空森贷"
    "段六肥占话照下问港燃无征五题缴直元休见未酒导竣续演华储难从池速介同草宿负坐播低木节影研遇先畜"
    "少故牧垃圾士终拨慧植汛络群轴双粮选殖精字宣派爆条姓视绿策风厂青列志船百察烟洪艺于役身每知万升"
    "响迁是了我这们到说也你而那得着之过后里多么去如都当没起看还好些样她但因只想军意它把十此已又正"
    "将两由很并手战向头美被什己斯回给世海原声真论走义几尔打女神何才反太再感做必命克至形便眼则听白"
    "却界达光强即像且思王完求北边死张该拉望觉确观今切让识候带争縣業區務況單資計統經數產項機員營發"
    "設證農遠開構學級點內瀘醫會許據記類總國監陽報標錄動濟辦備體場規審預執費險補檢運納鄉電專療應鎮"
    "車詢職網處氣儀稱龍細隴興馬關銷額質戶測劃貼敘衛環東臺養價書結閬築匯種師聯藺訓藥歷術財門進責冊"
    "號個護庫準權時貧調變賬組對長輸購館稅創園採範災評狀獎態罰隊診參優實殘線遊織認綜圖積裝請驗兒貿"
    "獲飲間屬異碼廣輛別轉與覽決團駕勞礎廢領臨郵議現崗檔慶鑑貨樂來違層黨詳復順礦傳協蕪漁試傷隱維編"
    "駛賽爲擬脫貸佔話問無徵題繳見導續華儲難從負節終撥絡羣軸雙糧選條視綠風廠煙藝於萬響遷這們說過後"
    "裏麼當沒還樣軍將兩並戰頭給聲論義幾爾則聽卻達強邊張該覺確觀讓識帶爭"
)
"""A thousand characters that are common in titles and descriptions, in both scripts."""
_MARKS: Final = frozenset("“”‘’—…·℃")
_PUNCTUATION: Final = (("\u3000", "\u3011"), ("\uff01", "\uff5e"))

LEAST: Final = 0.5
"""Minimum share of common characters for an encoding to be accepted …"""
LEAD: Final = 0.15
"""… and its minimum lead over the other encoding."""
FEWEST: Final = 3
"""Minimum number of non-ASCII characters for a share to be meaningful."""


def detected_encoding(sample: bytes) -> str | None:
    """Return ``utf-8``, ``gb18030`` or ``big5hkscs``; None where the text is ambiguous."""
    if _is_utf8(sample):
        return "utf-8"
    shares = {name: share_of_common(sample.decode(name, "replace")) for name in _CHINESE}
    first, second = sorted(_CHINESE, key=lambda name: shares[name], reverse=True)
    believed = shares[first] >= LEAST and shares[first] - shares[second] >= LEAD
    return first if believed else None


_CHINESE: Final = ("gb18030", "big5hkscs")


def _is_utf8(sample: bytes) -> bool:
    """Tell whether a text is UTF-8, possibly with a few broken bytes."""
    try:
        sample.decode()
    except UnicodeDecodeError:
        text = sample.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        wide = sum("\u2e80" <= char <= "\uffee" for char in text)
        return wide >= bad * 3 and share_of_common(text.replace("\ufffd", "")) >= LEAST
    return True


def share_of_common(text: str) -> float:
    """Return the share of common Chinese characters among non-ASCII ones; 0 where too few."""
    wide = [char for char in text if not char.isascii()]
    if len(wide) < FEWEST:
        return 0.0
    return sum(_is_common(char) for char in wide) / len(wide)


def _is_common(char: str) -> bool:
    return (
        char in _COMMON
        or char in _MARKS
        or any(first <= char <= last for first, last in _PUNCTUATION)
    )
